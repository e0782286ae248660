/** Starts the page of phones: one store of the sandbox's state, drawn in the reader's language and colours. */
import { createRoot } from 'react-dom/client';
import { SandboxApp } from './SandboxApp.tsx';
import { createSandboxStore } from './sandboxStore.ts';
import '@vkontakte/vkui/dist/vkui.css';
import './page.css';
import '../ui/contrast.css';

const store = createSandboxStore();
store.start();

const root = document.getElementById('root');
if (!root) throw new Error('sandbox.html has no #root');
createRoot(root).render(<SandboxApp store={store} />);
