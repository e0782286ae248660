/**
 * Every number that a person or another program can run into, with its unit in the name.
 * Plain values, so that both sides and the screen quote the same figure.
 */
export const limits = {
  /** VK's schema allows 9000, its servers cut at 4096 (error 914 beyond): reference, section 2.1. */
  answerTextChars: 4096,
  /** What the desk accepts from a network; longer texts are cut with a mark, never refused. */
  incomingTextChars: 16_384,
  noteTextChars: 4096,
  attachmentsPerAnswer: 10,
  uploadBytes: 50 * 1024 * 1024,
  /** A file that no answer takes is removed after this. */
  unusedUploadKeptMs: 24 * 3600_000,
  webhookBodyBytes: 1024 * 1024,
  apiBodyBytes: 256 * 1024,
  conversationsPage: 30,
  messagesPage: 50,
  /** A tab that holds more of a thread than this keeps only its newest part after a gap. */
  resumeMessages: 200,
  resumeThreads: 50,
  resumeRows: 200,
  changesPerPacket: 200,
  labelChars: 40,
  labelsPerConversation: 20,
  personNameChars: 120,
  passwordCharsMin: 10,
  passwordCharsMax: 128,
  /** How long "is typing" stays on a screen after the last sign of it. */
  typingShownMs: 6_000,
  snoozeDaysMax: 90,
  /** N23: a phone is confirmed for six months. */
  phoneConfirmedForMs: 183 * 86_400_000,
} as const;
