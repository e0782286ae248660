/**
 * Who has the desk open, and whether they use it: kept in memory from the sockets of this process and the presence of the
 * others. Nothing here is stored, and nothing is published: the wall asks for it while one is open.
 */
import type { PersonState } from '../../shared/schemas/wall.ts';
import type { DeskSocket } from './deskSocket.ts';
import type { PersonHere, PresenceExchange } from './presenceExchange.ts';

export interface PeopleHere {
  opened(socket: DeskSocket): void;
  setAway(socket: DeskSocket, isAway: boolean): void;
  closed(socket: DeskSocket): void;
  own(): PersonHere[];
  /** From now on the tabs at other processes count too, and learn of those here. */
  exchangeWith(exchange: Pick<PresenceExchange, 'changed' | 'isAwayElsewhere'>): void;
  stateOf(personId: string): PersonState;
}

export function createPeopleHere(): PeopleHere {
  const tabs = new Map<string, PersonHere>();
  let others: Pick<PresenceExchange, 'changed' | 'isAwayElsewhere'> | null = null;

  function own(): PersonHere[] {
    const isAwayById = new Map<string, boolean>();
    for (const { personId, isAway } of tabs.values())
      isAwayById.set(personId, isAway && (isAwayById.get(personId) ?? true));
    return [...isAwayById].map(([personId, isAway]) => ({ personId, isAway }));
  }

  return {
    opened(socket) {
      tabs.set(socket.id, { personId: socket.data.person.id, isAway: false });
      others?.changed();
    },
    setAway(socket, isAway) {
      const tab = tabs.get(socket.id);
      if (!tab || tab.isAway === isAway) return;
      tab.isAway = isAway;
      others?.changed();
    },
    closed(socket) {
      if (tabs.delete(socket.id)) others?.changed();
    },
    own,
    exchangeWith(exchange) {
      others = exchange;
    },
    stateOf(personId) {
      const here = [...tabs.values()].filter((tab) => tab.personId === personId);
      const elsewhere = others?.isAwayElsewhere(personId) ?? null;
      if (here.some(({ isAway }) => !isAway) || elsewhere === false) return 'online';
      return here.length > 0 || elsewhere ? 'away' : 'offline';
    },
  };
}
