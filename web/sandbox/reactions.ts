/** VK's reactions by number: the first ones of messages.getReactionsAssets. */
const signs = ['❤️', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😃', '🤔', '🙏', '😘', '😍', '🎉'];

/** Offered under each message of the community. */
export const offeredReactions = [1, 4, 3] as const;

export function reactionSign(reactionId: number): string {
  return signs[reactionId - 1] ?? `№${reactionId}`;
}
