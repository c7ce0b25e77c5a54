// deno-lint-ignore-file
// deno-fmt-ignore-file
// GENERATED CODE -- DO NOT EDIT!

'use strict';
var grpc = require('@grpc/grpc-js');
var notes_pb = require('./notes_pb.js');

function serialize_notes_v1_Note(arg) {
  if (!(arg instanceof notes_pb.Note)) {
    throw new Error('Expected argument of type notes.v1.Note');
  }
  return Buffer.from(arg.serializeBinary());
}

function deserialize_notes_v1_Note(buffer_arg) {
  return notes_pb.Note.deserializeBinary(new Uint8Array(buffer_arg));
}

function serialize_notes_v1_NoteCount(arg) {
  if (!(arg instanceof notes_pb.NoteCount)) {
    throw new Error('Expected argument of type notes.v1.NoteCount');
  }
  return Buffer.from(arg.serializeBinary());
}

function deserialize_notes_v1_NoteCount(buffer_arg) {
  return notes_pb.NoteCount.deserializeBinary(new Uint8Array(buffer_arg));
}

function serialize_notes_v1_NoteRequest(arg) {
  if (!(arg instanceof notes_pb.NoteRequest)) {
    throw new Error('Expected argument of type notes.v1.NoteRequest');
  }
  return Buffer.from(arg.serializeBinary());
}

function deserialize_notes_v1_NoteRequest(buffer_arg) {
  return notes_pb.NoteRequest.deserializeBinary(new Uint8Array(buffer_arg));
}


// One of each kind of call; NOT_FOUND with a detail for what is empty.
var NotesService = exports.NotesService = {
  getNote: {
    path: '/notes.v1.Notes/GetNote',
    requestStream: false,
    responseStream: false,
    requestType: notes_pb.NoteRequest,
    responseType: notes_pb.Note,
    requestSerialize: serialize_notes_v1_NoteRequest,
    requestDeserialize: deserialize_notes_v1_NoteRequest,
    responseSerialize: serialize_notes_v1_Note,
    responseDeserialize: deserialize_notes_v1_Note,
  },
  listNotes: {
    path: '/notes.v1.Notes/ListNotes',
    requestStream: false,
    responseStream: true,
    requestType: notes_pb.NoteRequest,
    responseType: notes_pb.Note,
    requestSerialize: serialize_notes_v1_NoteRequest,
    requestDeserialize: deserialize_notes_v1_NoteRequest,
    responseSerialize: serialize_notes_v1_Note,
    responseDeserialize: deserialize_notes_v1_Note,
  },
  countNotes: {
    path: '/notes.v1.Notes/CountNotes',
    requestStream: true,
    responseStream: false,
    requestType: notes_pb.Note,
    responseType: notes_pb.NoteCount,
    requestSerialize: serialize_notes_v1_Note,
    requestDeserialize: deserialize_notes_v1_Note,
    responseSerialize: serialize_notes_v1_NoteCount,
    responseDeserialize: deserialize_notes_v1_NoteCount,
  },
  translate: {
    path: '/notes.v1.Notes/Translate',
    requestStream: true,
    responseStream: true,
    requestType: notes_pb.Note,
    responseType: notes_pb.Note,
    requestSerialize: serialize_notes_v1_Note,
    requestDeserialize: deserialize_notes_v1_Note,
    responseSerialize: serialize_notes_v1_Note,
    responseDeserialize: deserialize_notes_v1_Note,
  },
};

exports.NotesClient = grpc.makeGenericClientConstructor(NotesService, 'Notes');
