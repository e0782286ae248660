/**
 * The gateway over HTTP: checks the key or signature, applies the faults of calls, answers in the gateway's shapes.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { FaultState } from '../faultState.ts';
import { callWithFaults } from '../faultyCall.ts';
import { imageSize } from '../imageSize.ts';
import type { Gateway } from './gateway.ts';
import { isSignedBy, Nonces } from './oauthCheck.ts';
import { type RequestRefusal, sendRequest, templateRequest } from './protocol.ts';
import type { Service } from './registry.ts';

const mostImageBytes = 50 * 1024 * 1024;
const mostClientIds = 1000;

type Caller = (service: Service) => boolean;
type Answer = (req: Request, res: Response, caller: Caller) => void;

export function gatewayRoutes(deps: {
  gateway: Gateway;
  faults: FaultState;
  /** The address by which callers know the gateway; signatures cover it. */
  baseUrl: () => string;
}): Router {
  const { gateway, faults, baseUrl } = deps;
  const { registry } = gateway;
  const router = express.Router();
  const nonces = new Nonces();

  function call(name: string, answer: Answer): RequestHandler {
    return callWithFaults(faults, `gateway.${name}`, {
      respond: (req, res) => {
        const caller = callerOf(req);
        if (caller === 'wrongKey') refuse(res, 401, 'INVALID_KEY', 'The key is not known');
        else if (caller === 'wrongSignature') refuse(res, 401, 'INVALID_SIGNATURE', 'The signature is wrong');
        else answer(req, res, caller);
      },
      fail: (res, code) => refuse(res, code, 'INTERNAL', 'A fault makes the gateway fail'),
      handedOver: ({ body }) => (name === 'send' ? handedOver(body) : []),
    });
  }

  function callerOf(req: Request): Caller | 'wrongKey' | 'wrongSignature' {
    const authorization = req.headers.authorization ?? '';
    if (/^OAuth /i.test(authorization)) {
      const address = `${baseUrl()}${req.originalUrl}`;
      const signed = [...registry.services.values()].filter(
        ({ oauth }) => oauth && isSignedBy(oauth, { method: req.method, address, authorization }),
      );
      if (signed.length > 0 && !nonces.accept(authorization)) return 'wrongSignature';
      return signed.length > 0 ? (service) => signed.includes(service) : 'wrongSignature';
    }
    const key = /^Key (.+)$/i.exec(authorization)?.[1];
    if (key === undefined || !registry.hasKey(key)) return 'wrongKey';
    return (service) => service.oauth === null && service.key === key;
  }

  const json = express.json({ limit: '16mb' });

  router.post(
    '/vk/messages',
    json,
    call('send', (req, res, caller) => {
      const parsed = sendRequest.safeParse(req.body);
      if (!parsed.success) {
        refuse(res, 400, 'INVALID_REQUEST', parsed.error.issues[0]?.message ?? 'Not a list of messages');
        return;
      }
      const receipt = gateway.send(parsed.data.messages, caller);
      if (receipt.kind === 'accepted') {
        res.json({ result: receipt.result });
        return;
      }
      res.set('retry-after', String(receipt.retryAfterSeconds));
      refuse(res, 429, 'TOO_MANY_REQUESTS', `Wait ${receipt.retryAfterSeconds} s`);
    }),
  );

  router.get(
    '/vk/messages',
    call('lookup', (req, res, caller) => {
      const ids = [req.query.clientMessageId ?? []].flat().map(String);
      if (ids.length === 0 || ids.length > mostClientIds)
        refuse(res, 400, 'INVALID_REQUEST', `Give 1 to ${mostClientIds} clientMessageId`);
      else res.json({ code: 'OK', messages: gateway.lookByClientIds(ids, caller) });
    }),
  );

  router.get(
    '/vk/messages/:messageId',
    call('lookup', (req, res, caller) => {
      const message = gateway.lookup(String(req.params.messageId), caller);
      if (message) res.json({ code: 'OK', message });
      else refuse(res, 404, 'NOT_FOUND', 'No such message');
    }),
  );

  router.post(
    '/templates',
    json,
    call('templates', (req, res, caller) => {
      const parsed = templateRequest.safeParse(req.body);
      const problem = parsed.success ? problemOf(parsed.data, caller) : parsed.error.issues[0];
      if (!parsed.success || problem) {
        const where = problem && 'path' in problem ? `${problem.path.join('.')}: ` : '';
        refuse(res, 400, 'INVALID_REQUEST', `${where}${problem?.message}`);
        return;
      }
      res.json({ code: 'OK', templateId: registry.saveTemplate(parsed.data).templateId });
    }),
  );

  router.post(
    '/images',
    express.raw({ type: () => true, limit: mostImageBytes }),
    call('images', (req, res) => {
      const bytes = req.body as Buffer;
      if (!Buffer.isBuffer(bytes) || !isJpeg(bytes) || !imageSize(bytes))
        refuse(res, 400, 'INVALID_REQUEST', 'The picture is not a JPEG');
      else res.json({ code: 'OK', imageId: registry.saveImage(bytes) });
    }),
  );

  function problemOf(
    request: { service: string; images: readonly object[] },
    caller: Caller,
  ): { message: string } | undefined {
    const service = registry.services.get(request.service);
    if (!service || !caller(service)) return { message: 'No such service for this key' };
    const lost = request.images.find(
      (image) => 'imageId' in image && !registry.hasImage(String(image.imageId)),
    );
    return lost ? { message: 'An image does not exist: upload it first' } : undefined;
  }

  return router;
}

function handedOver(body: unknown) {
  const parsed = sendRequest.safeParse(body);
  return (parsed.data?.messages ?? []).map((one) => {
    const { ttl, callbackData } = (one ?? {}) as {
      ttl?: unknown;
      callbackData?: { clientMessageId?: unknown };
    };
    return { message: String(callbackData?.clientMessageId), ttlSeconds: Number(ttl) };
  });
}

function refuse(res: Response, status: number, code: RequestRefusal['code'], error: string): void {
  res.status(status).json({ code, error } satisfies RequestRefusal);
}

function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes.readUIntBE(0, 3) === 0xffd8ff;
}
