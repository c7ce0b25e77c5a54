// deno-lint-ignore-file
// deno-fmt-ignore-file
import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Note as _notes_v1_Note, Note__Output as _notes_v1_Note__Output } from './notes/v1/Note.ts';
import type { NoteCount as _notes_v1_NoteCount, NoteCount__Output as _notes_v1_NoteCount__Output } from './notes/v1/NoteCount.ts';
import type { NoteRequest as _notes_v1_NoteRequest, NoteRequest__Output as _notes_v1_NoteRequest__Output } from './notes/v1/NoteRequest.ts';
import type { NotesClient as _notes_v1_NotesClient, NotesDefinition as _notes_v1_NotesDefinition } from './notes/v1/Notes.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  notes: {
    v1: {
      Note: MessageTypeDefinition<_notes_v1_Note, _notes_v1_Note__Output>
      NoteCount: MessageTypeDefinition<_notes_v1_NoteCount, _notes_v1_NoteCount__Output>
      NoteRequest: MessageTypeDefinition<_notes_v1_NoteRequest, _notes_v1_NoteRequest__Output>
      Notes: SubtypeConstructor<typeof grpc.Client, _notes_v1_NotesClient> & { service: _notes_v1_NotesDefinition }
    }
  }
}

