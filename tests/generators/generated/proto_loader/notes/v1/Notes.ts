// deno-lint-ignore-file
// deno-fmt-ignore-file
// Original file: notes.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Note as _notes_v1_Note, Note__Output as _notes_v1_Note__Output } from '../../notes/v1/Note.ts';
import type { NoteCount as _notes_v1_NoteCount, NoteCount__Output as _notes_v1_NoteCount__Output } from '../../notes/v1/NoteCount.ts';
import type { NoteRequest as _notes_v1_NoteRequest, NoteRequest__Output as _notes_v1_NoteRequest__Output } from '../../notes/v1/NoteRequest.ts';

export interface NotesClient extends grpc.Client {
  CountNotes(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  CountNotes(metadata: grpc.Metadata, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  CountNotes(options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  CountNotes(callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  countNotes(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  countNotes(metadata: grpc.Metadata, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  countNotes(options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  countNotes(callback: grpc.requestCallback<_notes_v1_NoteCount__Output>): grpc.ClientWritableStream<_notes_v1_Note>;
  
  GetNote(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  GetNote(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  GetNote(argument: _notes_v1_NoteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  GetNote(argument: _notes_v1_NoteRequest, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  getNote(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  getNote(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  getNote(argument: _notes_v1_NoteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  getNote(argument: _notes_v1_NoteRequest, callback: grpc.requestCallback<_notes_v1_Note__Output>): grpc.ClientUnaryCall;
  
  ListNotes(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_notes_v1_Note__Output>;
  ListNotes(argument: _notes_v1_NoteRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_notes_v1_Note__Output>;
  listNotes(argument: _notes_v1_NoteRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_notes_v1_Note__Output>;
  listNotes(argument: _notes_v1_NoteRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_notes_v1_Note__Output>;
  
  Translate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_notes_v1_Note, _notes_v1_Note__Output>;
  Translate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_notes_v1_Note, _notes_v1_Note__Output>;
  translate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_notes_v1_Note, _notes_v1_Note__Output>;
  translate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_notes_v1_Note, _notes_v1_Note__Output>;
  
}

export interface NotesHandlers extends grpc.UntypedServiceImplementation {
  CountNotes: grpc.handleClientStreamingCall<_notes_v1_Note__Output, _notes_v1_NoteCount>;
  
  GetNote: grpc.handleUnaryCall<_notes_v1_NoteRequest__Output, _notes_v1_Note>;
  
  ListNotes: grpc.handleServerStreamingCall<_notes_v1_NoteRequest__Output, _notes_v1_Note>;
  
  Translate: grpc.handleBidiStreamingCall<_notes_v1_Note__Output, _notes_v1_Note>;
  
}

export interface NotesDefinition extends grpc.ServiceDefinition {
  CountNotes: MethodDefinition<_notes_v1_Note, _notes_v1_NoteCount, _notes_v1_Note__Output, _notes_v1_NoteCount__Output>
  GetNote: MethodDefinition<_notes_v1_NoteRequest, _notes_v1_Note, _notes_v1_NoteRequest__Output, _notes_v1_Note__Output>
  ListNotes: MethodDefinition<_notes_v1_NoteRequest, _notes_v1_Note, _notes_v1_NoteRequest__Output, _notes_v1_Note__Output>
  Translate: MethodDefinition<_notes_v1_Note, _notes_v1_Note, _notes_v1_Note__Output, _notes_v1_Note__Output>
}
