/**
 * Every limit that a person or another program can reach, with its unit in the name.
 * Plain values, so that the server, the web and the texts on the screen use the same number.
 */
export const limits = {
  /** VK's schema allows 9000, but its servers cut at 4096 (error 914 above that): reference, section 2.1. */
  answerTextChars: 4096,
  /** Longest text that the server stores from a network; a longer one is cut with a mark, never refused. */
  incomingTextChars: 16_384,
  noteTextChars: 4096,
  attachmentsPerAnswer: 10,
  uploadBytes: 50 * 1024 * 1024,
  /** An uploaded file that no answer uses is deleted after this time. */
  unusedUploadKeptMs: 24 * 3600_000,
  webhookBodyBytes: 1024 * 1024,
  apiBodyBytes: 256 * 1024,
  conversationsPage: 30,
  /** A counter of waiting conversations stops here; the screen shows "99+". */
  countedUpTo: 100,
  messagesPage: 50,
  /** After a gap, a tab that holds more messages of a thread than this keeps only the newest ones. */
  resumeMessages: 200,
  resumeThreads: 50,
  resumeRows: 200,
  readMarksPage: 200,
  changesPerPacket: 200,
  labelChars: 40,
  labelsPerConversation: 20,
  cannedAnswersShared: 1000,
  /** Of each person. */
  cannedAnswersOwn: 300,
  cannedNameChars: 80,
  cannedFolderChars: 60,
  cannedTextChars: 4096,
  /** Canned answers that one answer is made of. */
  cannedPerAnswer: 10,
  /** Canned answers that a draft remembers, and places that they left to fill. */
  cannedInDraft: 100,
  cannedFileBytes: 10 * 1024 * 1024,
  /** Wrong rows of an imported file that are named one by one. */
  cannedProblemsShown: 100,
  personNameChars: 120,
  passwordCharsMin: 10,
  passwordCharsMax: 128,
  /** "Is typing" stays on a screen for this long after the last signal. */
  typingShownMs: 6_000,
  snoozeDaysMax: 90,
  /** Conversations of one selection that become one file. */
  transcriptConversations: 500,
  /** N23, phone confirmation: it is valid for six months. */
  phoneConfirmedForMs: 183 * 86_400_000,
} as const;
