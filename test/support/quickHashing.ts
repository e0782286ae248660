/**
 * Scrypt, as the sign-in library hashes passwords, at a hundredth of its cost: five hashes at each start of a desk took
 * a second of the processor. Tests of sign-in itself and the built program hash as the product does.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { verifyPassword } from 'better-auth/crypto';
import type { PasswordHashing } from '../../server/auth/betterAuth.ts';

const PREFIX = 'quick:';
const KEY_BYTES = 32;
const scryptOnce = (password: string, salt: string) =>
  scryptSync(password, salt, KEY_BYTES, { N: 1_024, r: 1 });

export const quickHashing: PasswordHashing = {
  async hash(password) {
    const salt = randomBytes(16).toString('hex');
    return `${PREFIX}${salt}:${scryptOnce(password, salt).toString('hex')}`;
  },
  async verify({ hash, password }) {
    // A folder that the built program made.
    if (!hash.startsWith(PREFIX)) return verifyPassword({ hash, password });
    const [salt = '', key = ''] = hash.slice(PREFIX.length).split(':');
    return timingSafeEqual(scryptOnce(password, salt), Buffer.from(key, 'hex'));
  },
};
