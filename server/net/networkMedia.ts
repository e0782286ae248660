/** Which addresses of pictures and files the desk may fetch: an event may name any address. */

/** Hosts that VK and OK serve their users' media from; a subdomain of any counts. */
const NETWORK_MEDIA_HOSTS = [
  'userapi.com',
  'vk.com',
  'vk.ru',
  'vk.me',
  'vkuser.net',
  'vkuserphoto.ru',
  'vkuseraudio.net',
  'vkuservideo.net',
  'vk-cdn.net',
  'mycdn.me',
  'okcdn.ru',
  'ok.ru',
];

/** HTTPS from the networks' own hosts, or an origin from the settings. */
export function isNetworkMedia(url: URL, extraOrigins: readonly string[]): boolean {
  if (extraOrigins.includes(url.origin)) return true;
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '') return false;
  return NETWORK_MEDIA_HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
}
