/** Presses a button of a keyboard: the effect depends on the type of the button's action. */
import type { CheckedInput } from '../../shared/sandbox.ts';
import type { EventStream } from './eventStream.ts';
import { type Messaging, requireMessage } from './messaging.ts';
import type { Phones } from './phones.ts';
import type { VkKeyboard, VkKeyboardButton } from './vkTypes.ts';
import type { Community, Dialogue } from './world.ts';

interface Deps {
  messaging: Messaging;
  stream: EventStream;
  phones: Phones;
}

/** `eventId` is empty for a link: VK sends the community no event about it. */
export interface PressOutcome {
  cmid?: number;
  eventId: string;
  link?: string;
}

export function pressButton(
  deps: Deps,
  { community, dialogue }: { community: Community; dialogue: Dialogue },
  press: CheckedInput<'clientPressesButton'>,
): PressOutcome {
  const keyboard =
    press.cmid === undefined ? dialogue.currentKeyboard : requireMessage(dialogue, press.cmid).keyboard;
  if (!keyboard) throw new RangeError('There is no keyboard to press');
  const { action } = findButton(keyboard, press);
  // VK sends no event about a link.
  if (action.type === 'open_link') return { eventId: '', link: action.link ?? '' };
  if (keyboard.one_time) dialogue.currentKeyboard = null;
  if (action.type === 'text') {
    const draft = {
      text: action.label ?? '',
      ...(action.payload === undefined ? {} : { payload: action.payload }),
      pressedCmid: press.cmid,
    };
    const { message, eventId } = deps.messaging.clientWrites(community, dialogue.userId, draft);
    return { cmid: message.cmid, eventId };
  }
  if (action.type === 'location') {
    const geo = { latitude: 59.9386, longitude: 30.3141 };
    const { message, eventId } = deps.messaging.clientWrites(community, dialogue.userId, {
      text: '',
      geo,
      payload: action.payload,
    });
    return { cmid: message.cmid, eventId };
  }
  if (action.type !== 'callback')
    throw new RangeError(`A button of type ${action.type} sends the community no event`);
  const answerId = deps.phones.pressButton(community.groupId, dialogue.userId);
  const published = deps.stream.publish(community, 'message_event', {
    user_id: dialogue.userId,
    peer_id: dialogue.userId,
    event_id: answerId,
    payload: readPayload(action.payload),
    ...(press.cmid === undefined ? {} : { conversation_message_id: press.cmid }),
  });
  return { eventId: published };
}

function findButton(keyboard: VkKeyboard, press: CheckedInput<'clientPressesButton'>): VkKeyboardButton {
  const button =
    press.payload === undefined
      ? keyboard.buttons[press.row ?? 0]?.[press.column ?? 0]
      : keyboard.buttons.flat().find(({ action }) => action.payload === press.payload);
  if (!button) throw new RangeError('No such button on the keyboard');
  return button;
}

/**
 * Events carry the payload as parsed JSON, not as JSON text: so VK's live deliveries look, whatever the schema says.
 */
function readPayload(payload: string | undefined): unknown {
  if (payload === undefined || payload === '') return {};
  return JSON.parse(payload);
}
