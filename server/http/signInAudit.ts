/**
 * The line of a sign-in: written down before its session is stored, and confirmed once the session is there (ADR 28).
 * A refused sign-in changes nothing; `signIn.route.ts` writes its line afterwards.
 */
import { createHash } from 'node:crypto';
import type { Types } from 'mongoose';
import type { Actor } from '../audit/actor.ts';
import type { Audit, NewAuditLine } from '../audit/audit.ts';
import type { AuditIntents } from '../audit/intents.ts';
import { toAuditLine } from './auditWriter.ts';
import { personSubject } from './personAudit.ts';

export interface SignIn {
  person: Actor;
  /** Of the new session. The audit names it by its hash. */
  token: string;
  address: string | null;
}

export interface SignInAudit {
  /** Call it before the session is stored: without its line there is no session. */
  begin(signIn: SignIn): Promise<void>;
  confirm(signIn: SignIn): Promise<void>;
}

export function createSignInAudit(
  companyId: Types.ObjectId,
  audit: Pick<Audit, 'append'>,
  intents: Pick<AuditIntents, 'begin' | 'end'>,
): SignInAudit {
  const lineOf = ({ person, token, address }: SignIn): NewAuditLine => {
    const subject = personSubject(person);
    const line = { actor: person, action: 'person.signedIn' as const, subject, details: { address } };
    return toAuditLine(companyId, line, `person:${person.id}:signIn:${hashOf(token)}`);
  };
  return {
    begin: (signIn) => intents.begin(`signIn:${hashOf(signIn.token)}`, [lineOf(signIn)]),
    async confirm(signIn) {
      await audit.append(lineOf(signIn));
      // If this fails, the sweep finds the line written already.
      await intents.end(`signIn:${hashOf(signIn.token)}`).catch(() => undefined);
    },
  };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 32);
