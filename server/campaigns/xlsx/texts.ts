/** Collects an element's text, also from several formatted runs; leaves out phonetic hints. */
import type { XmlHandlers } from './readXml.ts';

export function createTextCollector(element: string, onText: (text: string) => void): Required<XmlHandlers> {
  let text = '';
  let isInElement = false;
  let isInText = false;
  let phonetics = 0;
  return {
    open(name) {
      if (name === element) {
        isInElement = true;
        text = '';
      } else if (name === 'rPh') phonetics += 1;
      else if (name === 't') isInText = isInElement && phonetics === 0;
    },
    text(part) {
      if (isInText) text += part;
    },
    close(name) {
      if (name === 't') isInText = false;
      else if (name === 'rPh') phonetics -= 1;
      else if (name === element) {
        isInElement = false;
        // Characters that XML cannot contain are written as codes, such as _x000D_.
        onText(
          text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
        );
      }
    },
  };
}
