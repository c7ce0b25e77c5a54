/** The encodings of messages that this module has. */
export type MessageEncoding = "identity" | "gzip";
