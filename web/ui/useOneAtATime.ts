/** Runs one change at a time. A second click during the run is ignored; a failure is returned as a message. */
import { useRef, useState } from 'react';
import { useErrorMessages } from './useErrorMessages.ts';

export function useOneAtATime() {
  const messageOf = useErrorMessages();
  const isRunning = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  return { isBusy, problem, run };
}
