/**
 * Every door of the desk, and what must be behind it for people who may not see the southern community. The lists of
 * doors come from the program itself (`programDoors.ts`): one without a line here fails the test.
 */
import type { Endpoint, EndpointName } from '../../../shared/api.ts';
import { endpoints } from '../../../shared/api.ts';
import type { Role } from '../../../shared/schemas/person.ts';
import { southMark, type TwoCommunities } from './twoCommunities.ts';

/**
 * `hidden`: answered as if it did not exist. `ofNorth`: only people who see the north get an answer, others 404.
 * `open`: an answer without anything of the south. A number is the status that every caller gets.
 */
type Behind = 'hidden' | 'ofNorth' | 'open' | number;

export interface Try {
  behind: Behind;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** Refused to everybody: somebody who may see the south asks for it in another line. */
  isWrong?: true;
}

export interface Door {
  name: string;
  method: string;
  url: string;
  body: unknown;
  /** The lowest role; null for callers without a session. */
  role: Role | null;
  behind: Behind;
  isWrong: boolean;
  /** Status of a success. */
  status: number;
}

const clientToken = 'the-token-of-a-tab';
/** Administrators see every community, so for everybody else these are closed by role: nothing more to say. */
const administratorsOnly: Try[] = [{ behind: 'hidden' }];
const unknown = 'f'.repeat(24);
const hidden = (body?: unknown): Try[] => [{ behind: 'hidden', body }];
const open = (body?: unknown, query?: Record<string, string>): Try[] => [{ behind: 'open', body, query }];
/** The southern conversation has a mark, a resolved case and a review of this year. */
const year = { from: '2026-01-01', to: '2026-12-31' };
/** Templates belong to the company, not to a community. */
const ofCompany = open;

type Lines = Record<EndpointName, (desk: TwoCommunities) => Try[]>;

export const endpointLines: Lines = {
  listConversations: ({ south }) => [
    ...open(),
    ...open(undefined, { communityId: south.communityId }),
    ...open(undefined, { filter: 'unassigned', waiting: 'true' }),
  ],
  search: ({ south }) => [
    ...open(undefined, { text: southMark }),
    ...open(undefined, { text: southMark, communityId: south.communityId }),
    ...open(undefined, { text: south.phone.slice(-6) }),
    ...open(undefined, { text: '' }),
  ],
  requestTranscript: ({ south }) => {
    const file = { format: 'html', language: 'ru', withNotes: true };
    return [
      ...hidden({ ...file, conversationIds: [south.conversationId] }),
      ...open({ ...file, search: { text: southMark } }),
    ];
  },
  listTranscripts: () => open(),
  restartTranscript: () => [{ behind: 404 }],
  deleteTranscript: () => [{ behind: 404, params: { transcriptId: unknown } }],
  listDrafts: () => open(),
  saveDraft: () => hidden({ text: 'Начало', mode: 'answer', sinceSeq: 1, quoted: null, baseRevision: 0 }),
  readConversation: () => hidden(),
  listConversationEvents: () => hidden(),
  listMessages: () => hidden(),
  sendAnswer: () => hidden({ clientToken, text: 'x' }),
  addNote: () => hidden({ clientToken, text: 'x' }),
  markRead: () => hidden({ upToSeq: 1 }),
  listReadMarks: ({ south }) => open({ conversationIds: [south.conversationId] }),
  assign: () => hidden({ personId: null }),
  setStatus: () => hidden({ status: 'resolved', seenSeq: 100 }),
  setLabels: () => hidden({ labels: ['x'] }),
  retryMessage: () => hidden(),
  upload: () => [{ behind: 400 }],
  readWorkingTime: () => open(),
  changeWorkingTime: () => administratorsOnly,
  readReport: ({ south }) => [
    ...open(undefined, year),
    ...open(undefined, { ...year, communityId: south.communityId }),
  ],
  listBreaches: ({ south }) => [
    ...open(),
    ...open(undefined, { state: 'over' }),
    ...open(undefined, { communityId: south.communityId }),
  ],
  listRatings: ({ south, raterId }) => [
    ...open(undefined, year),
    ...open(undefined, { ...year, communityId: south.communityId }),
    ...open(undefined, { ...year, personId: raterId }),
  ],

  listCannedAnswers: () => ofCompany(),
  addCannedAnswer: () => [{ behind: 400, body: {} }],
  changeCannedAnswer: () => [
    {
      behind: 404,
      params: { cannedAnswerId: unknown },
      body: { version: 0, isShared: false, folder: '', name: 'x', text: 'x' },
    },
  ],
  deleteCannedAnswer: () => [{ behind: 404, params: { cannedAnswerId: unknown } }],
  renameCannedFolder: () => [{ behind: 404, body: { isShared: false, from: 'x', to: 'y' } }],
  importCannedAnswers: () => [{ behind: 400, query: { whose: 'own' } }],

  readCriteria: () => open(),
  changeCriteria: () => administratorsOnly,
  drawSample: ({ south }) => [
    ...open({ ...year, size: 50 }),
    ...open({ ...year, size: 50, communityId: south.communityId }),
  ],
  listSamples: () => open(),
  readSample: ({ sampleId }) => [{ behind: 404, params: { sampleId } }],
  drawMore: ({ sampleId }) => [{ behind: 404, params: { sampleId }, body: { size: 5 } }],
  listReviews: () => open(),
  writeReview: () => [
    // A review needs a resolved case and a criterion: `reviews.test.ts` writes one.
    { behind: 'hidden', body: { seq: 1, marks: [{ criterionId: unknown, mark: 5 }] }, isWrong: true },
  ],
  amendReview: ({ reviewId }) => [
    {
      behind: 404,
      params: { reviewId },
      body: { version: 0, marks: [{ criterionId: unknown, mark: 5 }] },
    },
  ],
  listOwnReviews: () => open(),
  readQuality: ({ south }) => [
    ...open(undefined, year),
    ...open(undefined, { ...year, communityId: south.communityId }),
  ],

  readClient: ({ shared }) => [...hidden(), { behind: 'ofNorth', params: { clientId: shared.clientId } }],
  readClientTimeline: ({ shared }) => [
    ...hidden(),
    { behind: 'ofNorth', params: { clientId: shared.clientId } },
  ],
  listClientServiceMessages: ({ shared }) => [
    ...hidden(),
    { behind: 'ofNorth', params: { clientId: shared.clientId } },
  ],
  readMessagesLeft: ({ shared }) => [
    ...hidden(),
    { behind: 'ofNorth', params: { clientId: shared.clientId } },
  ],
  findClients: ({ south }) => [
    ...open({ text: south.phone }),
    ...open({ text: 'https://ok.ru/profile/7101' }),
    ...open({ text: '7101' }),
  ],
  bondPhone: ({ south, shared }) => [
    ...hidden({ phone: '+79995550000' }),
    // The phone of a client who is not seen: that it is taken is all one learns.
    { behind: 'ofNorth', params: { clientId: shared.clientId }, body: { phone: south.phone } },
    {
      behind: 'hidden',
      params: { clientId: shared.clientId },
      body: { phone: south.phone, mergeWith: south.clientId },
      isWrong: true,
    },
  ],
  unbondPhone: () => hidden(),
  mergeClients: ({ south, shared }) => [
    { behind: 'hidden', body: { otherClientId: shared.clientId }, isWrong: true },
    { behind: 'hidden', params: { clientId: shared.clientId }, body: { otherClientId: south.clientId } },
  ],
  detachBond: ({ shared }) => [
    { behind: 'hidden', body: { network: 'ok', externalUserId: 'user:7101' }, isWrong: true },
    // The client is seen by the northern conversation, but this user id is the southern one.
    {
      behind: 'hidden',
      params: { clientId: shared.clientId },
      body: { network: 'ok', externalUserId: 'user:7103' },
    },
  ],
  sendByHand: ({ shared }) => [
    ...hidden({ template: 'orderReady', variables: { order: '1' }, clientToken }),
    {
      behind: 'ofNorth',
      params: { clientId: shared.clientId },
      // Only the southern community could send it.
      body: { template: 'southOnly', variables: { order: '1' }, clientToken },
    },
  ],

  searchDeliveries: ({ south, shared, wentOnId }) => [
    ...open({}),
    ...open({ phone: south.phone }),
    ...open({ network: 'ok' }),
    ...open({ known: [south.waitingId, shared.southServiceMessageId, wentOnId] }),
  ],
  countDeliveries: () => open(undefined, period()),
  readDelivery: ({ south, wentOnId }) => [
    { behind: 'hidden', params: { messageId: south.waitingId } },
    { behind: 'ofNorth', params: { messageId: wentOnId } },
  ],
  cancelDelivery: ({ south }) => [{ behind: 'hidden', params: { messageId: south.waitingId } }],
  tryDeliveriesAgain: ({ south }) => open({ messageIds: [south.endedId] }),

  bootstrap: () => open(),
  renameMe: () => open({ name: 'Прежнее имя' }),
  changeOwnReading: () => open({ marksRead: true }),
  changeOwnPassword: () => [{ behind: 422, body: { current: 'x', next: 'correct horse battery 2' } }],
  changeOwnEmail: () => [{ behind: 422, body: { current: 'x', email: 'another@example.com' } }],
  // The end of the caller's own sessions: tried after everything else.
  signOutEverywhere: () => open(),

  listTemplates: () => ofCompany(),
  readTemplate: () => ofCompany(),
  createTemplate: () => [{ behind: 400, body: {} }],
  editTemplate: () => [{ behind: 400, body: {} }],
  moveTemplate: () => [{ behind: 400, body: {} }],
  reviewTemplate: () => administratorsOnly,
  listTemplateVersions: () => ofCompany(),
  exportTemplate: () => ofCompany(),
  importTemplate: () => [{ behind: 400, body: {} }],
  addTemplateImage: () => [{ behind: 400 }],

  listMailings: () => open(),
  addMailing: () => [{ behind: 400 }],
  readMailing: () => hidden(),
  matchColumns: () => hidden({ template: 'orderReady', phoneColumn: 0, variables: {} }),
  moveMailing: () => [
    ...hidden({ move: 'cancel' }),
    { behind: 'hidden', body: { move: 'start' }, isWrong: true },
  ],
  readFirstRows: () => hidden(),
  listRefusedRows: () => hidden(),

  listCommunities: () => administratorsOnly,
  connectCommunity: () => administratorsOnly,
  changeCommunity: () => administratorsOnly,
  readGateway: () => administratorsOnly,
  changeGateway: () => administratorsOnly,
  removeGateway: () => administratorsOnly,
  listDeadLetters: () => administratorsOnly,
  readDeadLetter: () => administratorsOnly,
  retryDeadLetter: () => administratorsOnly,
  dropDeadLetter: () => administratorsOnly,
  listPeople: () => administratorsOnly,
  addPerson: () => administratorsOnly,
  changePerson: () => administratorsOnly,
  listRegister: () => administratorsOnly,
  readRetention: () => administratorsOnly,
  setRetention: () => administratorsOnly,
  readStorageEncryption: () => administratorsOnly,
  listErasures: () => administratorsOnly,
  eraseClient: () => administratorsOnly,
  listApiKeys: () => administratorsOnly,
  makeApiKey: () => administratorsOnly,
  changeApiKey: () => administratorsOnly,
  rotateApiKey: () => administratorsOnly,
  renewWebhookSecret: () => administratorsOnly,
  listStatusNotices: () => administratorsOnly,
  sendNoticeAgain: () => administratorsOnly,
  readCompany: () => administratorsOnly,
  changeCompany: () => administratorsOnly,
  changeBankFlag: () => administratorsOnly,
  listCompanyChanges: () => administratorsOnly,
  listBlockedPhones: () => administratorsOnly,
  findBlockedPhone: () => administratorsOnly,
  blockPhone: () => administratorsOnly,
  unblockPhone: () => administratorsOnly,
  listAudit: () => administratorsOnly,
};

interface RouteLine extends Try {
  role: Role | null;
  /** The whole path, where the router's own is only a part of it. */
  path?: string;
}
const publicly = (behind: Behind, more: Partial<RouteLine> = {}): RouteLine[] => [
  { role: null, behind, ...more },
];
const forAgents = (behind: Behind, more: Partial<RouteLine> = {}): RouteLine[] => [
  { role: 'agent', behind, ...more },
];

/** Routes outside the table of endpoints, by method and path as express knows them. */
export const routeLines: Record<string, (desk: TwoCommunities) => RouteLine[]> = {
  'GET /healthz': () => publicly('open'),
  'GET /readyz': () => publicly('open'),
  'GET /metrics': () => publicly('open'),
  // A session opens none of these: networks and the company's systems have secrets of their own.
  'POST /webhooks/vk/:communityId': () =>
    publicly(403, { body: { type: 'message_new', group_id: 1, secret: 'x', object: {} } }),
  'POST /webhooks/ok/:communityId{/:secret}': () => publicly(403, { params: { secret: 'x' }, body: {} }),
  'POST /webhooks/notify/:communityId': () => publicly(403, { body: {} }),
  'POST /api/v1/messages': () => publicly(401, { body: {} }),
  'POST /api/v1/messages/batch': () => publicly(401, { body: {} }),
  'GET /api/v1/messages': () => publicly(401),
  'GET /api/v1/messages/:messageId': ({ south }) => publicly(401, { params: { messageId: south.waitingId } }),
  'POST /api/v1/messages/:messageId/cancel': ({ south }) =>
    publicly(401, { params: { messageId: south.waitingId } }),
  'GET /openapi.json': () => publicly('open', { path: '/api/v1/openapi.json' }),
  'GET /docs': () => publicly('open', { path: '/api/v1/docs' }),
  'GET /api/openapi.json': () => publicly('open'),
  'GET /api/docs': () => publicly('open'),
  'POST /api/auth/sign-in/email': () => publicly(400, { body: {} }),
  'POST /api/auth/sign-out': () => publicly('open'),
  'GET /media/messages/:messageId/:path': ({ south }) =>
    forAgents('hidden', { params: { messageId: south.pictureId, path: '0' } }),
  'GET /media/clients/:clientId': () => forAgents('hidden'),
  'GET /media/communities/:communityId': () => forAgents('hidden'),
  'GET /media/mailings/:mailingId/refused.csv': () => [{ role: 'supervisor', behind: 'hidden' }],
  // Nobody's but the administrator's who asked for it.
  'GET /media/transcripts/:transcriptId': ({ south }) => [
    { role: 'supervisor', behind: 'hidden', params: { transcriptId: south.transcriptId } },
  ],
  'POST /media/deliveries.csv': ({ south }) => [
    { role: 'supervisor', behind: 'open', body: {} },
    { role: 'supervisor', behind: 'open', body: { phone: south.phone } },
    { role: 'supervisor', behind: 'open', body: { network: 'ok' } },
  ],
  'GET /media/clients/:clientId/export.json': () => [{ role: 'administrator', behind: 'hidden' }],
  'GET /media/template-images/:imageId': () => forAgents('hidden'),
};

/** These end the caller's session, so they are tried last. */
const ending = ['signOutEverywhere', 'POST /api/auth/sign-out'];

export function doorsOf(desk: TwoCommunities): Door[] {
  const { conversationId, clientId, communityId, failedId: messageId } = desk.south;
  const { templateId, campaignId: mailingId } = desk;
  const usual = { conversationId, clientId, communityId, messageId, templateId, mailingId };
  const urlOf = (path: string, { params = {}, query = {} }: Try) => {
    const ids: Record<string, string> = { ...usual, ...params };
    const filled = path
      .replace(/\{(.*)\}/, '$1')
      .replace(/:(\w+)/g, (_, name: string) => ids[name] ?? unknown);
    const search = new URLSearchParams(query);
    return search.size > 0 ? `${filled}?${search}` : filled;
  };
  const ofEndpoints = (Object.keys(endpointLines) as EndpointName[]).flatMap((name) => {
    const { method, path, role, status }: Endpoint = endpoints[name];
    return endpointLines[name](desk).map(
      (each): Door => ({
        name,
        method,
        url: urlOf(path, each),
        body: each.body,
        role,
        behind: each.behind,
        isWrong: each.isWrong ?? false,
        status,
      }),
    );
  });
  const ofRoutes = Object.entries(routeLines).flatMap(([name, lines]) => {
    const [method = '', path = ''] = name.split(' ');
    return lines(desk).map(
      (each): Door => ({
        name,
        method,
        url: urlOf(each.path ?? path, each),
        body: each.body,
        role: each.role,
        behind: each.behind,
        isWrong: each.isWrong ?? false,
        status: 200,
      }),
    );
  });
  const all = [...ofEndpoints, ...ofRoutes];
  return [
    ...all.filter(({ name }) => !ending.includes(name)),
    ...all.filter(({ name }) => ending.includes(name)),
  ];
}

function period(): Record<string, string> {
  const hour = 3600_000;
  const at = (hours: number) => new Date(Date.now() + hours * hour).toISOString();
  return { from: at(-2), to: at(2) };
}
