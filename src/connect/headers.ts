import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { Metadata } from "../grpc/mod.ts";

/** The headers of metadata: octets in base64, as Connect has them. */
export function toHeaders(metadata: Metadata | undefined): Headers {
  const headers = new Headers();
  if (metadata !== undefined) addTo(headers, metadata);
  return headers;
}

/** Adds metadata to headers. */
export function addTo(headers: Headers, metadata: Metadata): void {
  for (const [key, value] of metadata) {
    headers.append(
      key,
      typeof value === "string" ? value : encodeBinaryHeader(value),
    );
  }
}

/** The metadata of headers; several values of octets are joined by commas. */
export function toMetadata(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of headers) {
    if (!key.endsWith("-bin")) {
      metadata.append(key, value);
      continue;
    }
    for (const part of value.split(",")) {
      metadata.append(key, decodeBinaryHeader(part.trim()));
    }
  }
  return metadata;
}
