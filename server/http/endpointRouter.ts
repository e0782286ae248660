/**
 * Registers handlers for the endpoints of `shared/api.ts`. The table gives path, role, schemas and status; the
 * handler does the work. No endpoint outside the table is served, and no handler receives an unchecked value.
 */
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import {
  type CallAnswer,
  type CheckedRequest,
  type Endpoint,
  type EndpointName,
  endpoints,
} from '../../shared/api.ts';
import { hasRole } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import { DeskError } from './errors.ts';
import { protoKeyPath } from './protoKey.ts';
import { type ShapeDeps, shapeAnswer } from './shapeAnswer.ts';

export type HandlerRequest<N extends EndpointName> = CheckedRequest<N> & {
  person: SignedInPerson;
  sessionId: string;
  req: Request;
  res: Response;
};
/** What a person may call before they have changed a password that somebody else chose. */
const beforePasswordChange: readonly EndpointName[] = ['changeOwnPassword'];

export type Handler<N extends EndpointName> = (
  request: HandlerRequest<N>,
) => Promise<CallAnswer<N>> | CallAnswer<N>;

export interface EndpointRouter {
  /**
   * Middleware (an upload's parser) runs after the role check and before the handler. Register each endpoint once.
   */
  handle<N extends EndpointName>(name: N, handler: Handler<N>, ...middleware: RequestHandler[]): void;
  router: Router;
  /** Endpoints of the table that have no handler yet. */
  missing(): EndpointName[];
}

export function endpointRouter(deps: ShapeDeps & { currentPerson: CurrentPerson }): EndpointRouter {
  const router = Router({ caseSensitive: true, strict: false });
  const handlers = new Map<EndpointName, { handler: Handler<EndpointName>; middleware: RequestHandler[] }>();

  for (const name of bySpecificity()) {
    const endpoint: Endpoint = endpoints[name];

    const admit: RequestHandler = async (req, res, next) => {
      if (!handlers.has(name)) return next('route');
      res.locals.endpoint = name;
      const signedIn = await deps.currentPerson(req.headers, {
        onCookies: (cookies) => {
          for (const cookie of cookies) res.append('Set-Cookie', cookie);
        },
        isBeforePasswordChange: true,
      });
      if (!signedIn) throw new DeskError('notSignedIn', { message: 'Sign in first' });
      if (signedIn.mustChangePassword && !beforePasswordChange.includes(name))
        throw new DeskError('passwordChangeRequired', { message: 'Change the password first' });
      if (!hasRole(signedIn.person, endpoint.role))
        throw new DeskError('forbidden', { message: `This requires the role ${endpoint.role}` });
      res.locals.person = signedIn.person;
      res.locals.sessionId = signedIn.sessionId;
      next();
    };

    const prepare: RequestHandler = (req, res, next) =>
      runMiddleware(handlers.get(name)?.middleware ?? [], req, res, next);

    const answer: RequestHandler = async (req, res, next) => {
      const handler = handlers.get(name)?.handler;
      if (!handler) return next('route');
      const request = {
        params: checkPart(endpoint.params, req.params, 'params'),
        query: checkPart(endpoint.query, req.query, 'query'),
        body: checkBody(endpoint, req),
        person: res.locals.person,
        sessionId: res.locals.sessionId,
        req,
        res,
      };
      // The table's types describe the checked parts; the compiler cannot follow them through this loop.
      const given = await handler(request as unknown as HandlerRequest<EndpointName>);
      res.status(endpoint.status).json(shapeAnswer(deps, { name, schema: endpoint.answer }, given, noAnswer));
    };

    const method = endpoint.method.toLowerCase() as Lowercase<Endpoint['method']>;
    router[method](endpoint.path, admit, prepare, answer);
  }

  return {
    router,
    missing: () => (Object.keys(endpoints) as EndpointName[]).filter((name) => !handlers.has(name)),
    handle(name, handler, ...middleware) {
      if (handlers.has(name)) throw new Error(`Endpoint ${name} has two handlers`);
      handlers.set(name, { handler: handler as unknown as Handler<EndpointName>, middleware });
    },
  };
}

/** Fixed paths come before those with parameters: `/conversations/counts` is not a conversation's id. */
function bySpecificity(): EndpointName[] {
  const parameters = (name: EndpointName) => endpoints[name].path.split(':').length;
  return (Object.keys(endpoints) as EndpointName[]).sort((a, b) => parameters(a) - parameters(b));
}

function runMiddleware(middleware: RequestHandler[], req: Request, res: Response, next: NextFunction): void {
  const [first, ...rest] = middleware;
  if (!first) {
    next();
    return;
  }
  const after: NextFunction = (error?: unknown) => {
    if (error) next(error);
    else runMiddleware(rest, req, res, next);
  };
  Promise.resolve(first(req, res, after)).catch(next);
}

function checkBody(endpoint: Endpoint, req: Request): unknown {
  if (endpoint.body === undefined || endpoint.body === 'multipart') return undefined;
  if (req.body === undefined && req.headers['content-type'] && !req.is('application/json'))
    throw new DeskError('unsupportedMediaType', { message: 'The body must be application/json' });
  return checkPart(endpoint.body, req.body ?? {}, 'body');
}

function checkPart(
  schema: z.ZodType | undefined,
  value: unknown,
  part: 'params' | 'query' | 'body',
): unknown {
  if (!schema) return undefined;
  const proto = protoKeyPath(value);
  if (proto) {
    const field = proto.join('.');
    throw new DeskError('badRequest', { message: `Invalid ${part}, field ${field}: no such field`, field });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const path = [
    ...(issue?.path ?? []),
    ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []),
  ];
  const field = path.map(String).join('.');
  throw new DeskError('badRequest', {
    message: `Invalid ${part}${field ? `, field ${field}` : ''}: ${issue?.message ?? 'wrong value'}`,
    ...(field && { field }),
  });
}

function noAnswer(): DeskError {
  return new DeskError('internal', { message: 'The response could not be built' });
}
