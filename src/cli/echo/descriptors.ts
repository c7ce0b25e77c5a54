/**
 * A `FileDescriptorSet` for reflection: messages of `echo.Echo` may have anything
 * in them, and are told as one with `string text = 1` and `bytes data = 2`.
 */
export function echoDescriptors(): Uint8Array {
  const octets = atob(BASE64.join(""));
  return Uint8Array.from(octets, (each) => each.charCodeAt(0));
}

const BASE64 = [
  "Co8CCgplY2hvLnByb3RvEgRlY2hvIjEKB01lc3NhZ2USEgoEdGV4dBgBIAEoCVIEdGV4dBIS",
  "CgRkYXRhGAIgASgMUgRkYXRhMrcBCgRFY2hvEiUKBVVuYXJ5Eg0uZWNoby5NZXNzYWdlGg0u",
  "ZWNoby5NZXNzYWdlEi4KDFNlcnZlclN0cmVhbRINLmVjaG8uTWVzc2FnZRoNLmVjaG8uTWVz",
  "c2FnZTABEi4KDENsaWVudFN0cmVhbRINLmVjaG8uTWVzc2FnZRoNLmVjaG8uTWVzc2FnZSgB",
  "EigKBEJpZGkSDS5lY2hvLk1lc3NhZ2UaDS5lY2hvLk1lc3NhZ2UoATABYgZwcm90bzPS9gME",
  "CAAYAA==",
];
