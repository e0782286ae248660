/**
 * The program's metrics, by name, in one registry that `/metrics` prints. Labels have few values by design: never an
 * id, an address or a person.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** One set per desk, so that two desks in one process do not share counters. */
export function createMetrics({ withProcess = true }: { withProcess?: boolean } = {}) {
  const registry = new Registry();
  const registers = [registry];
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    registry,
    httpRequestSeconds: new Histogram({
      name: 'desk_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['endpoint', 'status'] as const,
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    signIns: new Counter({
      name: 'desk_sign_ins_total',
      help: 'Sign-in attempts by outcome',
      labelNames: ['outcome'] as const,
      registers,
    }),
    eventsTaken: new Counter({
      name: 'desk_network_events_total',
      help: 'Events ingested from networks, by transport and by outcome',
      labelNames: ['network', 'transport', 'outcome'] as const,
      registers,
    }),
    eventToSocketSeconds: new Histogram({
      name: 'desk_event_to_socket_seconds',
      help: 'From a message received from a network to its change handed to sockets',
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    stalledCommunities: new Gauge({
      name: 'desk_communities_stalled',
      help: 'Communities whose intake has made no progress for a minute, by this process',
      labelNames: ['network'] as const,
      registers,
    }),
    searchLag: new Gauge({
      name: 'desk_search_lag_seconds',
      help: 'How long ago the search index held every change',
      registers,
    }),
    deadLetters: new Gauge({
      name: 'desk_dead_letters',
      help: 'Events of networks that could not be stored and wait for an administrator, in the whole database',
      labelNames: ['network'] as const,
      registers,
    }),
    statusEffectsFailing: new Gauge({
      name: 'desk_status_effects_failing',
      help: 'Writes whose status effects (quota, threads, notices, statistics) failed 3 times or more and are repeated, in the whole database; 1000 means that many or more',
      registers,
    }),
    messagesSent: new Counter({
      name: 'desk_messages_sent_total',
      help: 'Answers handed to networks, by outcome',
      labelNames: ['network', 'outcome'] as const,
      registers,
    }),
    sendSeconds: new Histogram({
      name: 'desk_send_seconds',
      help: "Time of a network's send call",
      labelNames: ['network'] as const,
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    messagesQueued: new Gauge({
      name: 'desk_messages_queued',
      help: 'Messages that wait to be handed to a network, in the whole database; 10000 means that many or more',
      registers,
    }),
    socketsConnected: new Gauge({
      name: 'desk_sockets_connected',
      help: 'Open tabs of this process',
      registers,
    }),
    communitiesByState: new Gauge({
      name: 'desk_communities',
      help: 'Connected communities by the state of their connection, in the whole database',
      labelNames: ['network', 'state'] as const,
      registers,
    }),
  };
}
