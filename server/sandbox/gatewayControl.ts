/**
 * Controls the Notify gateway and the people's data that it depends on: services, templates, accepted messages and
 * their statuses, the notifications window, connections and phone numbers.
 */
import type { z } from 'zod';
import type {
  ControlInput,
  GatewayCounters,
  GatewayMessageView,
  HandOver,
  NoticeView,
  ServiceView,
  TemplateView,
  UserView,
} from '../../shared/sandbox.ts';
import { userView } from './controlViews.ts';
import { check, DialogueControl } from './dialogueControl.ts';
import { currentOf, headOf, type Notice } from './gateway/ledger.ts';
import { imageUrls } from './gateway/places.ts';
import { templateRequest } from './gateway/protocol.ts';
import type { Service, Template } from './gateway/registry.ts';
import { changePerson, movePhone } from './people.ts';

export class GatewayControl extends DialogueControl {
  /** Replaces a service of the same name. */
  registerService(input: ControlInput<'registerService'>): ServiceView {
    const service = check('registerService', input);
    if (service.groupId !== null) this.deps.world.requireCommunity(service.groupId);
    if (service.okGroupId !== null) this.deps.ok.requireGroup(service.okGroupId);
    this.deps.gateway.registry.services.set(service.service, service);
    this.deps.world.emit('change', { type: 'world' });
    return serviceView(service);
  }

  listServices(): ServiceView[] {
    return [...this.deps.gateway.registry.services.values()].map(serviceView);
  }

  registerTemplate(input: z.input<typeof templateRequest>): TemplateView {
    const request = templateRequest.parse(input);
    const { registry } = this.deps.gateway;
    if (!registry.services.has(request.service)) throw new RangeError(`No service ${request.service}`);
    const template = registry.saveTemplate(request);
    this.deps.world.emit('change', { type: 'gateway' });
    return templateView(template);
  }

  listTemplates(input: ControlInput<'listTemplates'> = {}): TemplateView[] {
    const { service } = check('listTemplates', input);
    return this.deps.gateway.registry
      .templates()
      .filter((template) => service === undefined || template.service === service)
      .map(templateView);
  }

  gatewayMessages(input: ControlInput<'gatewayMessages'> = {}): GatewayMessageView[] {
    const { last, ...filter } = check('gatewayMessages', input);
    return this.deps.gateway.ledger.newest(filter, last).map(gatewayMessageView);
  }

  handOvers(): HandOver[] {
    return this.deps.faults.handOvers;
  }

  gatewayCounters(): GatewayCounters {
    return this.deps.gateway.counters();
  }

  notices(input: ControlInput<'notices'>): NoticeView[] {
    const { userId } = check('notices', input);
    return this.deps.gateway.delivery.window(userId).map((notice) => this.#noticeView(notice));
  }

  /** The client opens the window: every message in it becomes read. */
  clientReadsNotices(input: ControlInput<'clientReadsNotices'>): void {
    const { userId } = check('clientReadsNotices', input);
    this.deps.gateway.delivery.readWindow(userId);
    this.deps.world.emit('change', { type: 'notices', userId });
  }

  setPerson(input: ControlInput<'setPerson'>): UserView {
    const { userId, ...changes } = check('setPerson', input);
    const { world } = this.deps;
    const changedFields = Object.fromEntries(
      Object.entries(changes).filter(([, value]) => value !== undefined),
    );
    changePerson(world, world.requireUser(userId), changedFields);
    return userView(this.deps, userId);
  }

  confirmPhone(input: ControlInput<'confirmPhone'>): UserView {
    const { userId, atMs = Date.now() } = check('confirmPhone', input);
    const { world } = this.deps;
    changePerson(world, world.requireUser(userId), { phoneConfirmedAtMs: atMs, isPhoneMoved: false });
    return userView(this.deps, userId);
  }

  movePhone(input: ControlInput<'movePhone'>): UserView {
    const { fromUserId, toUserId } = check('movePhone', input);
    const { world } = this.deps;
    movePhone(world, world.requireUser(fromUserId), world.requireUser(toUserId));
    return userView(this.deps, toUserId);
  }

  #noticeView(notice: Notice): NoticeView {
    const { world, ok, views } = this.deps;
    const community = world.communities.get(notice.groupId ?? 0);
    const okGroup = ok.groups.get(notice.okGroupId ?? '');
    const isVk = notice.route === 'VK';
    const deliveredAtMs = notice.history.find(({ status }) => status === 'delivered')?.atMs;
    return views.withAddresses({
      messageId: notice.messageId,
      network: notice.route,
      senderName: (isVk ? community?.name : okGroup?.name) ?? notice.request.service,
      senderPhotoUrl: isVk
        ? `sandbox:/avatars/-${notice.groupId}.svg`
        : `sandbox:/ok/avatars/${notice.okGroupId}`,
      text: notice.text,
      imageUrls: imageUrls(notice),
      links: notice.buttons.flatMap((button) =>
        button.kind === 'link' ? [{ label: button.label, url: button.url }] : [],
      ),
      atMs: deliveredAtMs ?? notice.acceptedAtMs,
      isRead: currentOf(notice).status === 'read',
    });
  }
}

function serviceView({ service, groupId, okGroupId, oauth }: Service): ServiceView {
  return { service, groupId, okGroupId, isSigned: oauth !== null };
}

function templateView(template: Template): TemplateView {
  const { templateId, service, name, body, adText, variables, oneWay, images, buttons } = template;
  return {
    templateId,
    service,
    name,
    body,
    adText,
    variables,
    oneWay,
    images: images.length,
    buttons: buttons.length,
  };
}

function gatewayMessageView(notice: Notice): GatewayMessageView {
  return {
    ...headOf(notice),
    text: notice.text,
    acceptedAtMs: notice.acceptedAtMs,
    expiresAtMs: notice.expiresAtMs,
    history: notice.history,
  };
}
