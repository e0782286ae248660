/**
 * Validates a keyboard as messages.send does and converts it to VK's answer shape. Limits are from VK's page of bot
 * keyboards (dev.vk.com/api/bots/development/keyboard): label 40, payload 255, ordinary 5 x 10, inline 5 x 6 and 10
 * in all.
 */
import { VkApiError } from './vkError.ts';
import type { VkKeyboard, VkKeyboardButton } from './vkTypes.ts';

const labelled = ['text', 'callback', 'open_link', 'open_app'];
const types = [...labelled, 'location', 'vkpay', 'open_photo'];
const colours = ['primary', 'secondary', 'default', 'positive', 'negative'];
const coloured = ['text', 'callback'];
const labelChars = 40;
const payloadChars = 255;
const buttonsPerRow = 5;
const ordinaryLimits = { rows: 10, buttons: 40 };
const inlineLimits = { rows: 6, buttons: 10 };

export function readKeyboard(json: string, authorId: number): VkKeyboard {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw refused('it is not JSON');
  }
  const { one_time = false, inline = false, buttons } = (parsed ?? {}) as Record<string, unknown>;
  if (!Array.isArray(buttons)) throw refused('no buttons');
  if (one_time && inline) throw refused('one_time and inline together');
  const limits = inline ? inlineLimits : ordinaryLimits;
  if (buttons.length > limits.rows) throw refused(`more than ${limits.rows} rows`);
  if (inline && buttons.length === 0) throw refused('an inline keyboard without buttons');
  const rows = buttons.map(readRow);
  if (rows.flat().length > limits.buttons) throw refused(`more than ${limits.buttons} buttons`);
  return { one_time: Boolean(one_time), inline: Boolean(inline), author_id: authorId, buttons: rows };
}

function readRow(row: unknown): VkKeyboardButton[] {
  if (!Array.isArray(row) || row.length === 0) throw refused('a row without buttons');
  if (row.length > buttonsPerRow) throw refused(`more than ${buttonsPerRow} buttons in a row`);
  return row.map(readButton);
}

function readButton(button: unknown): VkKeyboardButton {
  const { action, color } = (button ?? {}) as Record<string, unknown>;
  const given = (action ?? {}) as Record<string, unknown>;
  const type = String(given.type);
  if (!types.includes(type)) throw refused(`unknown action type ${type}`);
  const label = given.label === undefined ? undefined : String(given.label);
  if (labelled.includes(type) && !label) throw refused('a button without a label');
  if (label !== undefined && [...label].length > labelChars)
    throw refused(`a label longer than ${labelChars}`);
  if (type === 'open_link' && !/^https?:\/\//.test(String(given.link)))
    throw refused('a link button without a link');
  if (color !== undefined && !colours.includes(String(color)))
    throw refused(`unknown colour ${String(color)}`);
  const payload = given.payload === undefined ? undefined : readPayload(given.payload);
  return {
    action: { ...given, type, ...(payload === undefined ? {} : { payload }) },
    // VK accepts `secondary` and returns `default` (schema 5.199, messages_keyboard_button).
    ...(coloured.includes(type)
      ? { color: color === undefined || color === 'secondary' ? 'default' : String(color) }
      : {}),
  };
}

/** Accepts JSON text or an object; always returns JSON text. */
function readPayload(payload: unknown): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  if (text.length > payloadChars) throw refused(`a payload longer than ${payloadChars}`);
  if (text !== '') {
    try {
      JSON.parse(text);
    } catch {
      throw refused('a payload that is not JSON');
    }
  }
  return text;
}

function refused(detail: string): VkApiError {
  return new VkApiError(911, detail);
}
