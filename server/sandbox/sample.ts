/** The people and the community that exist at the first start. */
import type { SandboxControl } from './control.ts';

export const sampleCommunity = {
  groupId: 100500,
  name: 'Лавка у моста',
  screenName: 'lavka_u_mosta',
  token: 'sandbox-token',
} as const;

export const sampleOkGroup = {
  okGroupId: '200500',
  name: 'Лавка у моста',
  token: 'sandbox-ok-token',
} as const;

/** The shop's name at the gateway. */
export const sampleService = {
  service: 'lavka',
  key: 'sandbox-gateway-key',
  statusSecret: 'sandbox-status-secret',
  groupId: sampleCommunity.groupId,
  okGroupId: sampleOkGroup.okGroupId,
} as const;

export const sampleUsers = [
  {
    userId: 2001,
    firstName: 'Анна',
    lastName: 'Смирнова',
    phone: '+79990000001',
    sex: 1,
    okUserId: 'user:7001',
  },
  {
    userId: 2002,
    firstName: 'Пётр',
    lastName: 'Кузнецов',
    phone: '+79990000002',
    sex: 2,
    okUserId: 'user:7002',
  },
  { userId: 2003, firstName: 'Марьям', lastName: 'Хайруллина', phone: '+79990000003', sex: 1 },
  { userId: 2004, firstName: 'Лёша 🚀', lastName: 'Орлов', phone: '+79990000004', sex: 2 },
  { userId: 2005, firstName: 'Ольга', lastName: 'Константинопольская', phone: '+79990000005', sex: 1 },
] as const;

/** Safe to repeat: what exists already stays as it is. */
export function seedSample(control: SandboxControl): void {
  const communities = control.listCommunities().map(({ groupId }) => groupId);
  if (!communities.includes(sampleCommunity.groupId)) control.createCommunity(sampleCommunity);
  const okGroups = control.listOkGroups().map(({ okGroupId }) => okGroupId);
  if (!okGroups.includes(sampleOkGroup.okGroupId)) control.createOkGroup(sampleOkGroup);
  const services = control.listServices().map(({ service }) => service);
  if (!services.includes(sampleService.service)) control.registerService(sampleService);
  const known = control.listUsers().map(({ userId }) => userId);
  for (const user of sampleUsers) if (!known.includes(user.userId)) control.createUser(user);
}
