/** A number in a small badge: the server counts waiting conversations up to 100, and there is room for two digits. */
export function countLabel(count: number): string {
  return count > 99 ? '99+' : String(count);
}
