/** What the README has people call the program when they install it. */
export const PROGRAM = "keepalive";
