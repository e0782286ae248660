import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { openClientPhone, sealClientPhone } from '../../../server/phones/clientPhones.ts';
import { phoneIndexOf } from '../../../server/phones/phoneIndex.ts';
import { createPhones } from '../../../server/phones/servicePhones.ts';
import { createSealing } from '../../../server/storage/sealing.ts';

const sealing = createSealing(Buffer.alloc(32, 1));
const [anna, ivan] = [new Types.ObjectId(), new Types.ObjectId()];
const phone = '+79161234567';

it("opens a client's phone for that client alone", () => {
  const sealed = sealClientPhone(sealing, anna, phone);
  expect(openClientPhone(sealing, anna, sealed)).toBe(phone);
  expect(() => openClientPhone(sealing, ivan, sealed)).toThrow(ivan.toHexString());
});

it('opens phones that were sealed before each was sealed for its client', () => {
  expect(openClientPhone(sealing, anna, sealing.seal(phone, 'client phone'))).toBe(phone);
  expect(() => openClientPhone(sealing, anna, sealing.seal(phone, 'service message phone'))).toThrow();
});

it('finds a client by the same phone index as their service messages and quota', () => {
  expect(phoneIndexOf(sealing, phone)).toBe(createPhones(sealing).indexOf(phone));
  expect(phoneIndexOf(sealing, phone)).toBe(sealing.blindIndex(phone, 'client phone'));
});
