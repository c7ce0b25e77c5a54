// deno-lint-ignore-file
// deno-fmt-ignore-file
// Original file: notes.proto


export interface Note {
  'text'?: (string);
  'number'?: (number);
}

export interface Note__Output {
  'text'?: (string);
  'number'?: (number);
}
