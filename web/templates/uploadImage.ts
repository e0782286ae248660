/** Uploads one image and reports progress. A refusal has the message and numbers of its rule (N9 to N13). */

import type { TemplateImageView } from '../../shared/schemas/template.ts';
import { templateEndpoints } from '../../shared/templatesApi.ts';
import { checkAnswer, refusal } from '../desk/call.ts';
import { ApiError } from '../ui/apiError.ts';

export function uploadImage(file: File, onProgress: (share: number) => void): Promise<TemplateImageView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(templateEndpoints.addTemplateImage.method, templateEndpoints.addTemplateImage.path);
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError('unreachable', 'the image did not reach the desk'));
    request.onload = () => {
      if (request.status < 200 || request.status >= 300) return reject(refusal(request, request.response));
      try {
        resolve(checkAnswer(templateEndpoints.addTemplateImage, request.response));
      } catch (error) {
        reject(error);
      }
    };
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
