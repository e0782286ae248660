/**
 * VK numbers its reactions and draws them itself. The first sixteen, as VK's own messenger shows them
 * (an observed order, VK documents no list); any other is shown by its number.
 */
const signs = ['❤️', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😁', '🤔', '🙏', '😘', '😍', '🎉'];

export function reactionSign(reactionId: number): string {
  return signs[reactionId - 1] ?? `№${reactionId}`;
}
