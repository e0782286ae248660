/** Which of this process's roles have started: each is asked of the part that plays it. */
import type { RoleName } from './config.ts';

export interface Readiness {
  /** A role without a check counts as not started. */
  ask(role: RoleName, isRunning: () => boolean): void;
  startedRoles(): Record<string, boolean>;
}

export function createReadiness(roles: ReadonlySet<RoleName>): Readiness {
  const parts = new Map<RoleName, () => boolean>();
  return {
    ask: (role, isRunning) => {
      parts.set(role, isRunning);
    },
    startedRoles: () => Object.fromEntries([...roles].map((role) => [role, parts.get(role)?.() ?? false])),
  };
}
