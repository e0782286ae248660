/** Plays a short, quiet sound made by the browser itself: there is no file to load. */

const TONE_HZ = 880;
const LENGTH_S = 0.18;
const LOUDNESS = 0.08;

let context: AudioContext | undefined;

/** Silent when the browser has no sound, or allows none before the first click. */
export function playSignal(): void {
  if (!('AudioContext' in window)) return;
  context ??= new AudioContext();
  const start = context.currentTime;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(LOUDNESS, start);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + LENGTH_S);
}
