/**
 * VK numbers its reactions and draws them itself. These are the first sixteen, in the order of VK's own messenger
 * (observed; VK documents no list); any other is shown by its number.
 */
const signs = ['❤️', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😁', '🤔', '🙏', '😘', '😍', '🎉'];

export function reactionSign(reactionId: number): string {
  return signs[reactionId - 1] ?? `№${reactionId}`;
}
