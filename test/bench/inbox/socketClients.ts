/**
 * Many cheap connected tabs: raw Socket.IO frames over WebSocket. Frames are searched for message numbers, not
 * parsed, so that the bench measures the desk and not itself.
 */
import WebSocket from 'ws';

export interface Tabs {
  close(): void;
}

/** Resolves when every tab is connected. `onNumber` is called for each tab and each `#n` in a packet. */
export async function openTabs(
  url: string,
  count: number,
  cookie: string,
  onNumber: (number: number, at: number) => void,
): Promise<Tabs> {
  const address = `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const sockets = await Promise.all(
    Array.from({ length: count }, () => openTab(address, { cookie, origin: url }, onNumber)),
  );
  return {
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

function openTab(
  address: string,
  headers: Record<string, string>,
  onNumber: (number: number, at: number) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers, perMessageDeflate: false });
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const at = performance.now();
      switch (data[0]) {
        case 0x30: // engine: open
          socket.send('40');
          return;
        case 0x32: // engine: ping
          socket.send('3');
          return;
        case 0x34:
          break;
        default:
          return;
      }
      if (data[1] === 0x30) return resolve(socket); // socket: connected
      if (data[1] === 0x34) return reject(new Error(`refused: ${data.toString()}`));
      for (const number of numbersIn(data)) onNumber(number, at);
    });
  });
}

const MARK = Buffer.from('"text":"#');

function* numbersIn(data: Buffer): Iterable<number> {
  for (let at = data.indexOf(MARK); at >= 0; at = data.indexOf(MARK, at + MARK.length)) {
    let number = 0;
    for (let index = at + MARK.length; ; index += 1) {
      const digit = (data[index] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    yield number;
  }
}
