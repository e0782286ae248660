/** What pressing a button of a keyboard does, by the type of its action. */
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

/** `eventId` is empty for a link, of which the community hears nothing. */
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
  // A link tells the community nothing.
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
    throw new RangeError(`A button of type ${action.type} tells the community nothing`);
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
  const found =
    press.payload === undefined
      ? keyboard.buttons[press.row ?? 0]?.[press.column ?? 0]
      : keyboard.buttons.flat().find(({ action }) => action.payload === press.payload);
  if (!found) throw new RangeError('No such button on the keyboard');
  return found;
}

/** Events carry the payload as JSON, not as JSON text: what live deliveries look like, whatever the schema says. */
function readPayload(payload: string | undefined): unknown {
  if (payload === undefined || payload === '') return {};
  return JSON.parse(payload);
}
