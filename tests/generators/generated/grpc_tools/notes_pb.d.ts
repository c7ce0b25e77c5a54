// deno-lint-ignore-file
// deno-fmt-ignore-file
// package: notes.v1
// file: notes.proto

/* tslint:disable */
/* eslint-disable */

// @ts-types="npm:@types/google-protobuf@^3.15.12"
import * as jspb from "google-protobuf";

export class NoteRequest extends jspb.Message { 
    getText(): string;
    setText(value: string): NoteRequest;
    getLimit(): number;
    setLimit(value: number): NoteRequest;

    serializeBinary(): Uint8Array;
    toObject(includeInstance?: boolean): NoteRequest.AsObject;
    static toObject(includeInstance: boolean, msg: NoteRequest): NoteRequest.AsObject;
    static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
    static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
    static serializeBinaryToWriter(message: NoteRequest, writer: jspb.BinaryWriter): void;
    static deserializeBinary(bytes: Uint8Array): NoteRequest;
    static deserializeBinaryFromReader(message: NoteRequest, reader: jspb.BinaryReader): NoteRequest;
}

export namespace NoteRequest {
    export type AsObject = {
        text: string,
        limit: number,
    }
}

export class Note extends jspb.Message { 
    getText(): string;
    setText(value: string): Note;
    getNumber(): number;
    setNumber(value: number): Note;

    serializeBinary(): Uint8Array;
    toObject(includeInstance?: boolean): Note.AsObject;
    static toObject(includeInstance: boolean, msg: Note): Note.AsObject;
    static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
    static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
    static serializeBinaryToWriter(message: Note, writer: jspb.BinaryWriter): void;
    static deserializeBinary(bytes: Uint8Array): Note;
    static deserializeBinaryFromReader(message: Note, reader: jspb.BinaryReader): Note;
}

export namespace Note {
    export type AsObject = {
        text: string,
        number: number,
    }
}

export class NoteCount extends jspb.Message { 
    getCount(): number;
    setCount(value: number): NoteCount;

    serializeBinary(): Uint8Array;
    toObject(includeInstance?: boolean): NoteCount.AsObject;
    static toObject(includeInstance: boolean, msg: NoteCount): NoteCount.AsObject;
    static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
    static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
    static serializeBinaryToWriter(message: NoteCount, writer: jspb.BinaryWriter): void;
    static deserializeBinary(bytes: Uint8Array): NoteCount;
    static deserializeBinaryFromReader(message: NoteCount, reader: jspb.BinaryReader): NoteCount;
}

export namespace NoteCount {
    export type AsObject = {
        count: number,
    }
}
