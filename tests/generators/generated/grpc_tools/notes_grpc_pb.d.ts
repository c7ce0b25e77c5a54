// deno-lint-ignore-file
// deno-fmt-ignore-file
// package: notes.v1
// file: notes.proto

/* tslint:disable */
/* eslint-disable */

import * as grpc from "@grpc/grpc-js";
import * as notes_pb from "./notes_pb.d.ts";

interface INotesService extends grpc.ServiceDefinition<grpc.UntypedServiceImplementation> {
    getNote: INotesService_IGetNote;
    listNotes: INotesService_IListNotes;
    countNotes: INotesService_ICountNotes;
    translate: INotesService_ITranslate;
}

interface INotesService_IGetNote extends grpc.MethodDefinition<notes_pb.NoteRequest, notes_pb.Note> {
    path: "/notes.v1.Notes/GetNote";
    requestStream: false;
    responseStream: false;
    requestSerialize: grpc.serialize<notes_pb.NoteRequest>;
    requestDeserialize: grpc.deserialize<notes_pb.NoteRequest>;
    responseSerialize: grpc.serialize<notes_pb.Note>;
    responseDeserialize: grpc.deserialize<notes_pb.Note>;
}
interface INotesService_IListNotes extends grpc.MethodDefinition<notes_pb.NoteRequest, notes_pb.Note> {
    path: "/notes.v1.Notes/ListNotes";
    requestStream: false;
    responseStream: true;
    requestSerialize: grpc.serialize<notes_pb.NoteRequest>;
    requestDeserialize: grpc.deserialize<notes_pb.NoteRequest>;
    responseSerialize: grpc.serialize<notes_pb.Note>;
    responseDeserialize: grpc.deserialize<notes_pb.Note>;
}
interface INotesService_ICountNotes extends grpc.MethodDefinition<notes_pb.Note, notes_pb.NoteCount> {
    path: "/notes.v1.Notes/CountNotes";
    requestStream: true;
    responseStream: false;
    requestSerialize: grpc.serialize<notes_pb.Note>;
    requestDeserialize: grpc.deserialize<notes_pb.Note>;
    responseSerialize: grpc.serialize<notes_pb.NoteCount>;
    responseDeserialize: grpc.deserialize<notes_pb.NoteCount>;
}
interface INotesService_ITranslate extends grpc.MethodDefinition<notes_pb.Note, notes_pb.Note> {
    path: "/notes.v1.Notes/Translate";
    requestStream: true;
    responseStream: true;
    requestSerialize: grpc.serialize<notes_pb.Note>;
    requestDeserialize: grpc.deserialize<notes_pb.Note>;
    responseSerialize: grpc.serialize<notes_pb.Note>;
    responseDeserialize: grpc.deserialize<notes_pb.Note>;
}

export const NotesService: INotesService;

export interface INotesServer extends grpc.UntypedServiceImplementation {
    getNote: grpc.handleUnaryCall<notes_pb.NoteRequest, notes_pb.Note>;
    listNotes: grpc.handleServerStreamingCall<notes_pb.NoteRequest, notes_pb.Note>;
    countNotes: grpc.handleClientStreamingCall<notes_pb.Note, notes_pb.NoteCount>;
    translate: grpc.handleBidiStreamingCall<notes_pb.Note, notes_pb.Note>;
}

export interface INotesClient {
    getNote(request: notes_pb.NoteRequest, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    getNote(request: notes_pb.NoteRequest, metadata: grpc.Metadata, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    getNote(request: notes_pb.NoteRequest, metadata: grpc.Metadata, options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    listNotes(request: notes_pb.NoteRequest, options?: Partial<grpc.CallOptions>): grpc.ClientReadableStream<notes_pb.Note>;
    listNotes(request: notes_pb.NoteRequest, metadata?: grpc.Metadata, options?: Partial<grpc.CallOptions>): grpc.ClientReadableStream<notes_pb.Note>;
    countNotes(callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    countNotes(metadata: grpc.Metadata, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    countNotes(options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    countNotes(metadata: grpc.Metadata, options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    translate(): grpc.ClientDuplexStream<notes_pb.Note, notes_pb.Note>;
    translate(options: Partial<grpc.CallOptions>): grpc.ClientDuplexStream<notes_pb.Note, notes_pb.Note>;
    translate(metadata: grpc.Metadata, options?: Partial<grpc.CallOptions>): grpc.ClientDuplexStream<notes_pb.Note, notes_pb.Note>;
}

export class NotesClient extends grpc.Client implements INotesClient {
    constructor(address: string, credentials: grpc.ChannelCredentials, options?: Partial<grpc.ClientOptions>);
    public getNote(request: notes_pb.NoteRequest, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    public getNote(request: notes_pb.NoteRequest, metadata: grpc.Metadata, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    public getNote(request: notes_pb.NoteRequest, metadata: grpc.Metadata, options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.Note) => void): grpc.ClientUnaryCall;
    public listNotes(request: notes_pb.NoteRequest, options?: Partial<grpc.CallOptions>): grpc.ClientReadableStream<notes_pb.Note>;
    public listNotes(request: notes_pb.NoteRequest, metadata?: grpc.Metadata, options?: Partial<grpc.CallOptions>): grpc.ClientReadableStream<notes_pb.Note>;
    public countNotes(callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    public countNotes(metadata: grpc.Metadata, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    public countNotes(options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    public countNotes(metadata: grpc.Metadata, options: Partial<grpc.CallOptions>, callback: (error: grpc.ServiceError | null, response: notes_pb.NoteCount) => void): grpc.ClientWritableStream<notes_pb.Note>;
    public translate(options?: Partial<grpc.CallOptions>): grpc.ClientDuplexStream<notes_pb.Note, notes_pb.Note>;
    public translate(metadata?: grpc.Metadata, options?: Partial<grpc.CallOptions>): grpc.ClientDuplexStream<notes_pb.Note, notes_pb.Note>;
}
