/** What a look-up decides about one message that an earlier call may have handed over. */
export type LookUpVerdict =
  | { kind: 'found'; externalId: string }
  | { kind: 'absent' }
  /** `afterMs` null: after the usual backoff. */
  | { kind: 'lookUpLater'; afterMs: number | null; calledBy: Date }
  /** The network could not be asked for so long that the message ends without an answer. */
  | { kind: 'neverKnown' };
