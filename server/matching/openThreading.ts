/** Wires the modules of matching together. */
import type { ServiceThreading } from '../conversations/intake/serviceThreading.ts';
import type { Receipts, ServiceThreads } from '../serviceMessages/ports.ts';
import { type ClientBondDeps, type ClientBonds, createClientBonds } from './clientBonds.ts';
import { createEvidence } from './evidence.ts';
import { createFindByText } from './findByText.ts';
import { createFollowService } from './followService.ts';
import { createServiceEntries } from './serviceEntries.ts';
import { createServiceThreading } from './serviceThreading.ts';

export interface Threading {
  /** For the intake. */
  serviceThreading: ServiceThreading;
  /** For sending: updates threads when messages change status. */
  follow: ServiceThreads;
  /** For agents, who bond and unbond by hand. */
  bonds: ClientBonds;
}

export type ThreadingDeps = Omit<ClientBondDeps, 'entries'> & {
  /** A promise, because sending is opened after the threads. */
  receipts: Promise<Receipts>;
};

export function openThreading(deps: ThreadingDeps): Threading {
  const entries = createServiceEntries(deps);
  const bonds = createClientBonds({ ...deps, entries });
  const findByText = createFindByText(deps);
  const findEvidence = createEvidence({ ...deps, findByText });
  return {
    serviceThreading: createServiceThreading({ ...deps, entries, bonds, findByText, findEvidence }),
    follow: createFollowService({ ...deps, entries }),
    bonds,
  };
}
