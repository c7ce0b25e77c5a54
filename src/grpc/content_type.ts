/** Whether a content type is one of gRPC; parameters say nothing. */
export function isGrpcContentType(contentType: string | undefined): boolean {
  return contentType !== undefined &&
    /^application\/grpc(?:[+; \t]|$)/i.test(contentType);
}
