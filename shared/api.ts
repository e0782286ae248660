/**
 * The desk's HTTP contract: each endpoint's method, path, required role and schemas, one file per resource.
 * The server registers its routes from this table, the web calls through it, and the OpenAPI page is built from it.
 */
import type { z } from 'zod';
import { apiKeyEndpoints } from './apiKeysApi.ts';
import { auditEndpoints } from './auditApi.ts';
import { campaignEndpoints } from './campaignsApi.ts';
import { cannedAnswerEndpoints } from './cannedAnswersApi.ts';
import { clientEndpoints } from './clientsApi.ts';
import { communityEndpoints } from './communitiesApi.ts';
import { companyEndpoints } from './companyApi.ts';
import { conversationEndpoints } from './conversationsApi.ts';
import { deadLetterEndpoints } from './deadLettersApi.ts';
import { deliveryEndpoints } from './deliveriesApi.ts';
import type { Endpoint } from './endpoint.ts';
import { gatewayEndpoints } from './gatewayApi.ts';
import { handMessageEndpoints } from './handMessagesApi.ts';
import { historyEndpoints } from './historyApi.ts';
import { peopleEndpoints } from './peopleApi.ts';
import { personalDataEndpoints } from './personalDataApi.ts';
import { qualityEndpoints } from './qualityApi.ts';
import { reportEndpoints } from './reportsApi.ts';
import { searchEndpoints } from './searchApi.ts';
import { templateEndpoints } from './templatesApi.ts';
import { transcriptEndpoints } from './transcriptsApi.ts';
import { workingTimeEndpoints } from './workingTimeApi.ts';

export type { Endpoint } from './endpoint.ts';

export const endpoints = {
  ...conversationEndpoints,
  ...searchEndpoints,
  ...historyEndpoints,
  ...transcriptEndpoints,
  ...cannedAnswerEndpoints,
  ...clientEndpoints,
  ...communityEndpoints,
  ...deadLetterEndpoints,
  ...peopleEndpoints,
  ...personalDataEndpoints,
  ...apiKeyEndpoints,
  ...templateEndpoints,
  ...gatewayEndpoints,
  ...companyEndpoints,
  ...workingTimeEndpoints,
  ...campaignEndpoints,
  ...handMessageEndpoints,
  ...deliveryEndpoints,
  ...reportEndpoints,
  ...qualityEndpoints,
  ...auditEndpoints,
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : S extends 'multipart' ? FormDataLike : undefined;
/** The browser's FormData, described by its shape because this folder has no DOM types. */
export interface FormDataLike {
  append(name: string, value: unknown, fileName?: string): void;
}
type Part<E, K extends 'params' | 'query' | 'body'> = E extends Record<K, infer S> ? S : undefined;

/** The checked input of a handler. */
export interface CheckedRequest<N extends EndpointName> {
  params: Parsed<Part<Endpoints[N], 'params'>>;
  query: Parsed<Part<Endpoints[N], 'query'>>;
  body: Parsed<Part<Endpoints[N], 'body'>>;
}
/** The input of a caller. */
export interface CallInput<N extends EndpointName> {
  params: Given<Part<Endpoints[N], 'params'>>;
  query: Given<Part<Endpoints[N], 'query'>>;
  body: Given<Part<Endpoints[N], 'body'>>;
}
export type CallAnswer<N extends EndpointName> = z.output<Endpoints[N]['answer']>;
