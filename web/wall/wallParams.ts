/** Whether the wall fills the window, without the sections at the side: in the address, so that a screen can open it. */
import { z } from 'zod';

export const wallParams = z.object({ full: z.boolean().optional().catch(undefined) });
