/** The program must not use this database; the message is one sentence that says why and what to do. */
export class SchemaRefusedError extends Error {}
