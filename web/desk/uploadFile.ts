/** Uploads one file and reports its progress; `fetch` cannot report upload progress. */
import { conversationEndpoints } from '../../shared/conversationsApi.ts';
import type { UploadView } from '../../shared/schemas/message.ts';
import { ApiError } from '../ui/apiError.ts';
import { checkAnswer, refusal } from './call.ts';

export function uploadFile(
  file: File,
  options: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<UploadView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(conversationEndpoints.upload.method, conversationEndpoints.upload.path);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError('unreachable', 'the file did not reach the desk'));
    request.onabort = () => reject(new DOMException('the upload was taken back', 'AbortError'));
    request.onload = () => {
      const json = parse(request.responseText);
      if (request.status < 200 || request.status >= 300) reject(refusal(request, json));
      else {
        try {
          resolve(checkAnswer(conversationEndpoints.upload, json));
        } catch (error) {
          reject(error);
        }
      }
    };
    options.signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
