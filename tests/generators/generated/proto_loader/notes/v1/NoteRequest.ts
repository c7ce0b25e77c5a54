// deno-lint-ignore-file
// deno-fmt-ignore-file
// Original file: notes.proto


export interface NoteRequest {
  'text'?: (string);
  'limit'?: (number);
}

export interface NoteRequest__Output {
  'text'?: (string);
  'limit'?: (number);
}
