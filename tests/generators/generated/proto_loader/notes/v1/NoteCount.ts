// deno-lint-ignore-file
// deno-fmt-ignore-file
// Original file: notes.proto


export interface NoteCount {
  'count'?: (number);
}

export interface NoteCount__Output {
  'count'?: (number);
}
