/** Who owns which phone number: the gateway finds a person by phone here. Also moves a number to another person. */
import type { SandboxUser, World } from './world.ts';

/** Owners confirm their number by SMS every 6 months (Notify FAQ). */
const confirmationMonths = 6;

/** Only digits: `+7 999 000-00-01` and `79990000001` are one number. */
export function digitsOf(phone: string): string {
  return phone.replace(/\D/g, '');
}

export class PhoneBook {
  readonly #world: World;
  #owners = new Map<string, SandboxUser>();
  /** 0 when a person has changed since. */
  #builtFor = 0;

  constructor(world: World) {
    this.#world = world;
    world.on('person', () => {
      this.#builtFor = 0;
    });
  }

  ownerOf(phone: string): SandboxUser | undefined {
    const { users } = this.#world;
    if (this.#builtFor !== users.size) {
      this.#owners = new Map([...users.values()].map((user) => [digitsOf(user.phone), user]));
      this.#owners.delete('');
      this.#builtFor = users.size;
    }
    const owner = this.#owners.get(digitsOf(phone));
    return owner?.isDeleted ? undefined : owner;
  }
}

export function isConfirmed(user: SandboxUser, nowMs: number): boolean {
  if (user.phoneConfirmedAtMs === null) return false;
  const due = new Date(user.phoneConfirmedAtMs);
  due.setUTCMonth(due.getUTCMonth() + confirmationMonths);
  return due.getTime() > nowMs;
}

export function changePerson(world: World, user: SandboxUser, changes: Partial<SandboxUser>): void {
  Object.assign(user, changes);
  world.emit('person', { userId: user.userId });
  world.emit('change', { type: 'world' });
}

/** The previous owner keeps the account; the new owner has not confirmed the number yet. */
export function movePhone(world: World, from: SandboxUser, to: SandboxUser): void {
  const { phone } = from;
  if (phone === '') throw new RangeError(`The person ${from.userId} has no number to give away`);
  changePerson(world, from, { phone: '' });
  changePerson(world, to, { phone, isPhoneMoved: true });
}
