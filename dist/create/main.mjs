import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
import * as __WEBPACK_EXTERNAL_MODULE_node_path_02319fef__ from "node:path";
/******/ var __webpack_modules__ = ({

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 168:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _runner_action_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(124);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(935);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(374);



await (0,_runner_action_js__WEBPACK_IMPORTED_MODULE_0__/* .runAction */ .C)(process, (read, { mask }) => (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readCreateInputs */ .m)(read, mask), _run_js__WEBPACK_IMPORTED_MODULE_2__/* .run */ .e);

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 935:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  m: () => (/* binding */ readCreateInputs)
});

// EXTERNAL MODULE: ./src/text.ts
var src_text = __nccwpck_require__(992);
;// CONCATENATED MODULE: ./src/feishu/links/pasted-text.ts
// Invisible characters that may be pasted along with a text: soft hyphens, zero-width spaces, byte order marks, and
// marks of the writing direction. The two joiners are part of some emoji, so they are removed only from links.
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const JOINERS = /[\u200c\u200d]/g;
/** Removes invisible characters from a text. */
const withoutInvisible = (text) => text.replace(INVISIBLE, '');
/** Replaces full-width forms by ASCII characters: `ｈｔｔｐｓ：／／` becomes `https://`. */
const toHalfWidth = (text) => text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET));
const FULL_WIDTH_OFFSET = 0xfee0;
// The name of an option, the `=`, and a value if it is in quotes: ASCII quotes, other double or other single quotes.
const OPTION = /(?<=^|\s)([a-z-]+)[=＝](?:(["'])[^]*?(?:\2(?=\s|$)|$)|[“”„‟＂]([^“”„‟＂"]*)[“”„‟＂"](?=\s|$)|[‘’‚‛＇]([^‘’‚‛＇']*)[‘’‚‛＇'](?=\s|$))?/gi;
/**
 * Normalizes a line with a link and options that was pasted, or typed with a Chinese keyboard: `to＝“a b”` becomes
 * `to="a b"`. Invisible characters are removed everywhere. A full-width `＝` after the name of an option becomes ASCII, and
 * so do curly or full-width quotes around its value. Inside ASCII quotes, `＝` and such quotes are not changed.
 */
function normalizePastedText(text) {
    return withoutInvisible(text).replace(OPTION, (option, name, _quote, inDoubles, inSingles) => {
        if (inDoubles !== undefined)
            return `${name}="${inDoubles}"`;
        if (inSingles !== undefined)
            return `${name}='${inSingles}'`;
        return `${name}=${option.slice(name.length + 1)}`;
    });
}
// A link may lack the scheme, or be percent-encoded as a whole. It ends at a blank, a quote, one of `<>|\^{}`, the `](`
// of Markdown, most full-width or CJK punctuation, or a Chinese, Japanese or Korean character.
const SCHEME = /[hｈ][tｔ]{2}[pｐ][sｓ]?(?:[:：][/／]{2}|%3a%2f%2f)/u;
const HOST = /(?<![\w/:.@%-])[\w-]+(?:\.[\w-]+)+(?::\d+)?\//u;
const REST = /(?:(?!\]\()[^\s<>"'`|\\^{}“”‘’（）＜＞［］｛｝｜，；！：\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uffef])*/u;
const WITH_SCHEME = new RegExp(SCHEME.source + REST.source, 'giu');
const WITHOUT_SCHEME = new RegExp(HOST.source + REST.source, 'giu');
// Punctuation that is not part of the link before it.
const TRAILING = new Set(')],:;!?*~');
/**
 * Finds the only link in a pasted text. Other text may be around the link: `【title】LINK 复制链接`, `- LINK`, `<LINK>`,
 * `[title](LINK)`. Links without a scheme are considered only if no link has one. Equal links count as one.
 * @returns the link; `none` or `several` if there is not exactly one
 */
function findLink(pasted) {
    const clean = withoutInvisible(pasted);
    const withScheme = [...clean.matchAll(WITH_SCHEME)];
    const matches = withScheme.length > 0 ? withScheme : [...clean.matchAll(WITHOUT_SCHEME)];
    const found = matches.map(({ 0: match, index }) => ({ text: withoutTrailing(match), from: index }));
    const [first] = found;
    const last = found.at(-1);
    if (!first || !last)
        return { kind: 'none' };
    if (found.some(({ text }) => text !== first.text))
        return { kind: 'several' };
    return {
        kind: 'found',
        link: toHalfWidth(first.text).replace(JOINERS, ''),
        before: clean.slice(0, first.from),
        after: clean.slice(last.from + last.text.length),
    };
}
/** The options that a line may have after its link, in the inputs `sources` and `sources-file`. */
const LINE_OPTIONS = ['as', 'to', 'children', 'depth'];
// Inputs of `create` that somebody may write like an option.
const LIKE_OPTIONS = ['type', 'token', 'sub-id', 'file-extension'];
const ANY_OPTION = new RegExp(`(?<![\\p{L}\\p{N}-])(?:${[...LINE_OPTIONS, ...LIKE_OPTIONS].join('|')})(?:\\s*[=＝]\\s*|[:：])\\S+`, 'iu');
/**
 * Finds the first option in the text after the only link, such as `as=docx`: an input that takes only a link refuses it.
 * A `#` after a blank begins a comment.
 */
function findOptionAfterLink(pasted) {
    const found = findLink(pasted);
    const text = found.kind === 'found' ? found.after.replace(/(?<=^|\s)#.*/s, '') : '';
    return ANY_OPTION.exec(text)?.[0];
}
/**
 * Removes the punctuation and single dots, also full-width ones, from the end of a link. Several dots in a row are kept:
 * they show that the link was cut off.
 */
function withoutTrailing(link) {
    const halfWidth = toHalfWidth(link);
    let end = link.length;
    const isSingleDot = () => halfWidth[end - 1] === '.' && halfWidth[end - 2] !== '.';
    while (TRAILING.has(halfWidth.charAt(end - 1)) || isSingleDot())
        end--;
    return link.slice(0, end);
}

;// CONCATENATED MODULE: ./src/feishu/links/find-url.ts


const CURE = "Copy the link from the browser's address bar or with 「分享」→「复制链接」: https://…/docx/TOKEN, also /docs/, /sheets/," +
    ' /base/, /slides/, /wiki/';
/** What to do about a link that is not usable, in sentences. */
const CURES = {
    document: `${CURE}.`,
    'document-or-tree': `${CURE}, /file/, and for everything below it /drive/folder/, /wiki/space/.`,
};
/**
 * Finds the URL of the only link in a text; of a link that opens the app, the URL in it.
 * @returns a fault if there is not exactly one link, or if it is cut off, has a placeholder, or only opens the app
 */
function findUrl(text, scope, fault) {
    const found = findOuterUrl(text, scope, fault);
    return found instanceof URL && opensApp(found) ? findUrlInside(found, scope, fault) : found;
}
/**
 * True for a link that opens the app.
 * Source: 打开云文档,
 * https://open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-docs
 */
const opensApp = ({ host }) => host.startsWith('applink.');
// The end of a link that expects a token, a number or an id; or the end of the link to all knowledge bases.
const OPEN_END = /[/#]$|[?&#](?:sheet|table)=$|\/wiki(?:\/(?:home|space))?$/;
// A letter, a digit or an opening bracket, also after other marks. But after the end of a clause, it is a text that was
// pasted with the link: `，请看`. After a blank, only what looks like a token or a number is a placeholder.
const PLACEHOLDER = /^[^\s,，。;；!！]*?[\p{L}\p{N}\p{Ps}\p{Pi}<＜$\\]\S*|^\s+(?=[\w-]*\d)[\w-]{15,64}(?=\s|$)/u;
/**
 * Finds the word after a link with an open end, such as a placeholder: `/wiki/space/数字`. Without this word, the link might
 * lead to much more. After any other link, such a word is only text that was pasted with it.
 */
function findPlaceholder({ link, after }) {
    return OPEN_END.test(decoded(link)) ? PLACEHOLDER.exec(after)?.[0].trim() : undefined;
}
/** Finds the only link in a text, and makes a URL of it. A link that was cut off, or that has a placeholder, is a fault. */
function findOuterUrl(text, scope, fault) {
    const found = findLink(text);
    if (found.kind === 'several')
        return fault('which holds several links', 'Give one of them.');
    if (found.kind === 'none') {
        return fault(/^\s*[a-z][\w+.-]*:\/\//i.test(text) ? 'which is no web link' : 'which is no link');
    }
    // `/..` would even lead to a higher level.
    if (/\.{3}|…|\/\.\.(?:[/?#]|$)/.test(found.link)) {
        return fault('which is cut off (it holds dots where something is left out)', `Copy the whole link. ${CURES[scope]}`);
    }
    const placeholder = findPlaceholder(found);
    if (placeholder !== undefined) {
        return fault(`which ends before ${(0,src_text/* quoted */.TL)(placeholder, 20)}: no link has such characters`, 'Write a token or number there, or a blank if it is not part of the link.');
    }
    return toUrl(found.link) ?? fault('which is no link');
}
/** Finds the URL in the query of a link that opens the app (`url=`, `URL=`). Another link that opens the app is a fault. */
function findUrlInside(appLink, scope, fault) {
    const text = [...appLink.searchParams].find(([name]) => name.toLowerCase() === 'url')?.[1];
    // If the URL is not encoded, what follows a `#` in it seems to belong to the app link.
    const found = text === undefined ? undefined : findOuterUrl(text + appLink.hash, scope, fault);
    const namesNoDocument = found === undefined || (found instanceof URL && opensApp(found));
    return namesNoDocument ? fault('which opens the Feishu app, but names no document') : found;
}
/**
 * Makes a URL of a link, which may lack `https://` or be percent-encoded as a whole. Undefined when the link is not
 * valid, or has nothing after the host.
 */
function toUrl(found) {
    const link = /^https?%3A/i.test(found) ? decoded(found) : found;
    const url = /^https?:\/\//i.test(link) ? link : `https://${link}`;
    return /^https?:\/\/[^/\s]+\/\S/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}
/** @returns the text itself when its percent-encoding is invalid */
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./src/feishu/links/look-alikes.ts
const BASE_CURE = 'Open the base itself and copy the link from the address bar: https://…/base/TOKEN.';
/** Matched by the beginning of the path; the more specific ones come first. */
const LOOK_ALIKES = [
    {
        path: /^document\//,
        is: 'a page of the developer documentation, not a document of yours',
        cure: 'Copy the link of the document that is to be exported.',
    },
    { path: /^(share\/)?base\/form(\/|$)/, is: 'a form of a base, not the base', cure: BASE_CURE },
    { path: /^share\//, is: 'a shared view of a base, not the base', cure: BASE_CURE },
    { path: /^base\/workspace(\/|$)/, is: 'a workspace of bases, not a base', cure: BASE_CURE },
    { path: /^base\/automation(\/|$)/, is: 'an automation of a base, not the base', cure: BASE_CURE },
    {
        path: /^minutes(\/|$)/,
        is: 'a page of minutes (妙记), which cannot be exported',
        cure: 'Save what you need of them as a document, and copy the link of that.',
    },
];
/**
 * Finds out whether a path only resembles that of a document.
 * @param parts the decoded parts of the path
 */
function findLookAlike(parts) {
    const path = parts.join('/');
    return LOOK_ALIKES.find((lookAlike) => lookAlike.path.test(path));
}

;// CONCATENATED MODULE: ./src/feishu/links/document-link.ts


/** Much longer than today's tokens of 27 characters; whether a token exists is checked by the service. */
const MAX_TOKEN_LENGTH = 64;
// Source: 如何获取各类云文档资源的 token, https://open.feishu.cn/document/faq/trouble-shooting/how-to-get-docs-tokens; and links
// of the product, also older ones (`/space/doc/`, `/sheet/`).
const TYPES = {
    doc: 'doc',
    docs: 'doc',
    docx: 'docx',
    sheet: 'sheet',
    sheets: 'sheet',
    base: 'bitable',
    bitable: 'bitable',
    slides: 'slides',
    file: 'file',
    mindnote: 'mindnote',
    mindnotes: 'mindnote',
    board: 'board',
};
/** The type of the documents whose links have a word in their path, such as `sheets`; undefined for other words. */
const typeInLinks = (word) => Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
const TOKEN = /^[\w-]{1,64}$/;
const SPACE_ID = /^\d{1,20}$/;
// Words after `/wiki/` in the addresses of the product, in the place of a node token.
const NO_NODE_TOKENS = new Set(['home', 'recent', 'trash', 'all']);
// The whole path of the page of all knowledge bases.
const WIKI_HOME = /^wiki(?:\/(?:home|space))?$/;
// Hosts of the platform itself, where no tenant has documents.
const NO_TENANT = /^((www|open|applink|accounts)\.)?(feishu\.cn|larksuite\.com|larkoffice\.com)(:\d+)?$/;
const SPACE_CURE = 'Copy the address of its settings (知识库设置): https://…/wiki/settings/NUMBER.';
/**
 * Parses a link as people paste it, on any host. It may have a query, a `#` part, or text around it, and may lack
 * `https://`. It may also be a link that opens the app (`applink.feishu.cn`).
 * @param scope the targets that a cure names. Any other target is returned as well: the caller refuses it
 * @returns the target of the link, or why it is not usable; never throws, sends no request
 */
function parseLink(text, scope) {
    const fault = (what, cure = CURES[scope]) => ({ kind: 'fault', fault: what, cure });
    const url = findUrl(text, scope, fault);
    return url instanceof URL ? parseUrl(url, fault) : url;
}
/**
 * Parses the URL of a link that does not open the app. The first word in its path that is `wiki`, `folder` or in `TYPES`
 * decides. Before that, a page that only looks like a document is refused (see `findLookAlike`). Only the exact paths of
 * `WIKI_HOME` are the page of all knowledge bases.
 */
function parseUrl(url, fault) {
    const { host } = url;
    const parts = pathParts(url.pathname);
    if (!parts)
        return fault('whose path is damaged (a stray %)');
    const lookAlike = findLookAlike(parts);
    if (lookAlike)
        return fault(`which is ${lookAlike.is}`, lookAlike.cure);
    // What follows a `#` may be meant as the number of a knowledge base.
    if (WIKI_HOME.test(parts.join('/')) && url.hash === '') {
        return NO_TENANT.test(host)
            ? fault("which is a page of Feishu itself, not of your organization's knowledge bases")
            : { kind: 'wiki-home', host };
    }
    const subId = subIdOf(url);
    for (const [index, word] of parts.entries()) {
        const next = parts[index + 1];
        if (word === 'wiki')
            return parseWiki(parts.slice(index + 1), subId, host, fault);
        if (word === 'folder') {
            return next !== undefined && TOKEN.test(next)
                ? { kind: 'folder', token: next, host }
                : fault(tokenFault(next, 'folder'));
        }
        const type = typeInLinks(word);
        if (type === undefined)
            continue;
        if (next === undefined || !TOKEN.test(next))
            return fault(tokenFault(next, 'document'));
        if (type === 'file' || type === 'mindnote' || type === 'board')
            return { kind: 'other', token: next, type, host };
        return { kind: 'document', token: next, type, subId, host };
    }
    return fault('whose path names no document');
}
/** Parses the segments after `/wiki/`: a node token, or `space` or `settings` with the number of a knowledge base. */
function parseWiki([word, id], subId, host, fault) {
    if (word === 'space' || word === 'settings') {
        return id !== undefined && SPACE_ID.test(id)
            ? { kind: 'wiki-space', spaceId: id, host }
            : fault('where the number of the knowledge base is missing', SPACE_CURE);
    }
    if (word === undefined || !TOKEN.test(word))
        return fault(tokenFault(word, 'wiki page'));
    if (NO_NODE_TOKENS.has(word))
        return fault('which names no page of the knowledge base');
    return { kind: 'wiki-node', token: word, subId, host };
}
/** Says what is wrong with a token that is missing or not valid. @param whose the thing that has the token: "folder" */
function tokenFault(token, whose) {
    if (token === undefined || token === '')
        return `where the token of the ${whose} is missing`;
    return token.length > MAX_TOKEN_LENGTH && /^[\w-]+$/.test(token)
        ? `where the token of the ${whose} is longer than the ${MAX_TOKEN_LENGTH} characters it can have`
        : `where the token of the ${whose} holds other characters than letters, digits, - and _`;
}
/** The segments of a path, decoded and trimmed; undefined when the percent-encoding is invalid. */
function pathParts(pathname) {
    try {
        return pathname
            .split('/')
            .filter((part) => part !== '')
            .map((part) => decodeURIComponent(part).trim());
    }
    catch {
        return undefined;
    }
}
/**
 * Reads the id of the sheet or table that a link shows, from its query or, in some links, from a query after the `#`.
 * In `table=`, only an id that begins with `tbl` is that of a table. Other ids are ignored: embedded documents (`ldx`),
 * dashboards (`blk`), workflows (`wkf`) and app pages (`wbp`).
 */
function subIdOf(url) {
    const queryAfterHash = new URLSearchParams(url.hash.replace(/^#\??/, ''));
    return [url.searchParams, queryAfterHash]
        .flatMap((query) => [query.get('sheet'), query.get('table')?.match(/^tbl.*/)?.[0]])
        .find((id) => typeof id === 'string' && /^[\w-]{1,64}$/.test(id));
}
const PLATFORMS = [
    { documents: 'feishu.cn', name: 'Feishu', baseUrl: 'https://open.feishu.cn' },
    { documents: 'larksuite.com', name: 'Lark', baseUrl: 'https://open.larksuite.com' },
];
/**
 * Checks that a link and the base URL are of the same platform: Feishu and Lark do not know each other's documents.
 * @param host the host of the link
 * @returns a phrase that follows the link, and the cure; undefined when the platforms are the same, or one is not known
 */
function platformFault(host, baseUrl) {
    const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
    const ofLink = PLATFORMS.find(({ documents }) => name === documents || name.endsWith(`.${documents}`));
    const ofBaseUrl = PLATFORMS.find((platform) => platform.baseUrl === baseUrl);
    if (!ofLink || !ofBaseUrl || ofLink === ofBaseUrl)
        return undefined;
    return {
        fault: `a link of ${ofLink.name}, but \`base-url\` is ${ofBaseUrl.baseUrl}, the open platform of ${ofBaseUrl.name}`,
        cure: `Set \`base-url: ${ofLink.baseUrl}\`, and use a credential of ${ofLink.name}.`,
    };
}

// EXTERNAL MODULE: ./src/feishu/tasks/export-formats.ts
var export_formats = __nccwpck_require__(252);
// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/inputs/connection.ts

/**
 * Reads and checks credential, base URL and timeout. Call it before other inputs are read: their error messages may
 * contain the same secret, which is then hidden.
 * @param mask called with every secret before any other use
 * @throws InputError
 */
function readConnectionInputs(read, mask, defaultTimeoutSeconds) {
    return {
        credential: readCredential(read, mask),
        baseUrl: readBaseUrl(read),
        timeoutMs: (0,inputs/* durationMsInput */.$e)(read, 'timeout-seconds') ?? defaultTimeoutSeconds * 1000,
    };
}
const EMPTY_SECRET = "If it comes from a secret, check the secret's name. If it is right: workflows of forks get no secrets, those" +
    ' of Dependabot get only the secrets of Dependabot, and a secret of an environment needs `environment:` in the job.';
/** Reads and masks the credential of the user. @throws InputError */
function readCredential(read, mask) {
    const accessToken = read('access-token').trim();
    const appId = read('app-id').trim();
    const appSecret = read('app-secret').trim();
    // What is given as `app-id` may be a secret, unless it is an app id.
    const secrets = [accessToken, appSecret, ...(isAppId(appId) ? [] : [appId])];
    for (const secret of secrets)
        if (secret !== '')
            mask(secret);
    if (accessToken !== '' && (appId !== '' || appSecret !== '')) {
        throw new inputs/* InputError */.dz('Inputs `access-token` and `app-id`/`app-secret` are both given. Give one kind of credential, not two.');
    }
    if (accessToken !== '') {
        const token = checkCredential('access-token', accessToken);
        if (isAppId(token))
            throw new inputs/* InputError */.dz(`Input \`access-token\` is an app id. ${GIVE_BOTH}`);
        return { kind: 'token', accessToken: token };
    }
    if (appId === '' && appSecret === '') {
        throw new inputs/* InputError */.dz(`No credential: inputs \`access-token\`, \`app-id\` and \`app-secret\` are all empty. Give \`access-token\`, or \`app-id\` and \`app-secret\`. ${EMPTY_SECRET}`);
    }
    if (appSecret === '') {
        throw new inputs/* InputError */.dz(`Input \`app-secret\` is empty, though \`app-id\` is given. ${EMPTY_SECRET}`);
    }
    if (appId === '') {
        throw new inputs/* InputError */.dz(`Input \`app-id\` is empty, though \`app-secret\` is given. ${EMPTY_SECRET}`);
    }
    const app = { appId: checkCredential('app-id', appId), appSecret: checkCredential('app-secret', appSecret) };
    if (!isAppId(app.appId)) {
        throw new inputs/* InputError */.dz(isAppId(app.appSecret)
            ? 'Inputs `app-id` and `app-secret` are swapped. Give the one that begins with `cli_` as `app-id`.'
            : `Input \`app-id\` is no app id, which begins with \`cli_\` (it is not shown here). ${GIVE_BOTH}`);
    }
    if (isAppId(app.appSecret))
        throw new inputs/* InputError */.dz(`Input \`app-secret\` is an app id. ${GIVE_BOTH}`);
    return { kind: 'app', ...app };
}
const GIVE_BOTH = "Copy the app id (`cli_…`) as `app-id` and the app secret as `app-secret` from the app's console: 「凭证与基础信息」.";
// Every app id begins with `cli_`. Source: 自建应用获取 tenant_access_token,
// https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
const isAppId = (value) => value.startsWith('cli_');
// Matches a name in place of its value, such as FEISHU_APP_ID, $FEISHU_APP_ID, %FEISHU_APP_ID%, secrets.FEISHU_APP_ID or
// ${{ secrets.FEISHU_APP_ID }}.
const NAME_OF_VALUE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^\$|^%\w+%$|\{\{|^(secrets|vars|env|inputs|github|steps|needs|matrix)\.[\w.-]+$/;
/**
 * Refuses a name in place of a credential, a credential with "Bearer", and characters that no credential has.
 * @param name the name of the input
 * @returns the value, unchanged
 * @throws InputError
 */
function checkCredential(name, value) {
    if (NAME_OF_VALUE.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` is a name, not the value behind it. Write \${{ secrets.NAME }} with the name of the secret.`);
    }
    if (/^bearer\s/i.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` begins with "Bearer". Give the token alone.`);
    }
    if (!/^[\x21-\x7e]+$/.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` holds a blank, a line break or another character that no credential has. Copy it again, alone.`);
    }
    return value;
}
// The domains of Feishu and Lark where tenants have documents. Any other domain may be a private deployment or a proxy.
const DOCUMENT_DOMAIN = /(^|\.)(feishu\.cn|larkoffice\.com|larksuite\.com)\.?$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/**
 * Reads the address of the open platform; that of Feishu if the input is empty.
 * @returns the address without a slash at its end
 * @throws InputError
 */
function readBaseUrl(read) {
    const value = read('base-url').trim() || 'https://open.feishu.cn';
    // A text with one of these characters may contain a password or a token, even if it is not a valid URL.
    const shown = /[@?#]/.test(value) ? 'a text that is not shown here' : (0,inputs/* excerpt */.Kb)(value);
    const wrongUrl = (fault, cure) => new inputs/* InputError */.dz(`Input \`base-url\` is ${shown}, ${fault}. ${cure}`);
    const example = 'Write https://open.feishu.cn, or https://open.larksuite.com for Lark.';
    if (!URL.canParse(value))
        throw wrongUrl('which is no web address', example);
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') {
        throw wrongUrl('which carries a user or a password', `Leave them out. ${example}`);
    }
    // Checked in the text: if the address ends with a bare `?` or `#`, `url.search` and `url.hash` are empty.
    if (/[?#]/.test(value)) {
        throw wrongUrl('which carries a query or a # part', `Leave them out. ${example}`);
    }
    const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    if (url.protocol !== 'https:' && !isLocal) {
        throw wrongUrl('which is not https', `The credential would travel in the clear. ${example}`);
    }
    if (/\/open-apis(\/|$)/.test(url.pathname)) {
        throw wrongUrl('which holds the path of the API', `Write the host alone: "${url.origin}".`);
    }
    if (DOCUMENT_DOMAIN.test(url.hostname)) {
        if (!url.hostname.startsWith('open.'))
            throw wrongUrl('which is the host of documents, not of the API', example);
        // On any other host, the path may be that of a gateway.
        if (/[^/]/.test(url.pathname)) {
            throw wrongUrl('which is a page of the open platform, not its API', `Write the host alone: "${url.origin}".`);
        }
    }
    return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
}

;// CONCATENATED MODULE: ./src/inputs/tokens.ts


// Today's user access tokens are JWTs; the token of a document may begin with the same letters, but is shorter.
const CREDENTIAL = /^(t-|u-|cli_|bearer\s)|^eyJ.{30}/i;
/**
 * Reads the ticket of an export task.
 * @param mask called with the value if it looks like a credential, before it is refused
 * @throws InputError, with a special hint for a number that YAML converted to a double
 */
function readTicket(read, mask) {
    const ticket = requiredInput(read, 'ticket', "Give the create step's output: ${{ steps.create.outputs.ticket }}.");
    refuseCredential('ticket', ticket, 'the id of the export task', mask);
    if (/^\d+(\.\d+)?E\+?\d+$/i.test(ticket)) {
        throw new InputError(`Input \`ticket\` is ${excerpt(ticket)}: written without quotes in the workflow, the number lost its last digits. ` +
            "Quote it: ticket: '7143131813848813572'.");
    }
    if (!/^[\w-]{1,64}$/.test(ticket)) {
        throw new InputError(`Input \`ticket\` is ${excerpt(ticket)}, which is no ticket: only digits, letters, - and _ may be in one, at most 64. ` +
            "Give the create step's output: ${{ steps.create.outputs.ticket }}.");
    }
    return ticket;
}
/**
 * Reads the token of a document, a file or a wiki page; refuses a credential, a link, and what does not follow the rule.
 * @param mask called with the value if it looks like a credential, before it is refused
 * @throws InputError
 */
function readToken(read, rule, mask) {
    const { name, expected, pattern, characters, maxLength, cure, linkCure = cure } = rule;
    const token = (0,inputs/* requiredInput */.YF)(read, name, cure);
    refuseCredential(name, token, expected, mask);
    if (/^https?:\/\//i.test(token)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` is a link. ${linkCure}`);
    }
    if (!pattern.test(token)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` is ${(0,inputs/* excerpt */.Kb)(token)}, which is not ${expected}: only ${characters} may be in one. ${cure}`);
    }
    if (token.length > maxLength) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` has ${token.length} characters; ${expected} has at most ${maxLength}. ${cure}`);
    }
    return token;
}
/**
 * Refuses a value that looks like a credential, and masks it, since it may be one.
 * @param name the name of the input
 * @param expected what the input takes: "the document's token"
 * @throws InputError
 */
function refuseCredential(name, value, expected, mask) {
    if (!CREDENTIAL.test(value))
        return;
    mask(value);
    throw new inputs/* InputError */.dz(`Input \`${name}\` looks like a credential (it is not shown here). It takes ${expected}; credentials go into` +
        ' `access-token`, or `app-id` and `app-secret`.');
}
/** The rule for the token of the document that an export task exports. */
const DOCUMENT_TOKEN = {
    name: 'token',
    expected: "the document's token",
    pattern: /^[\w-]+$/,
    characters: 'letters, digits, - and _',
    maxLength: MAX_TOKEN_LENGTH,
    cure: "Give the create step's output: ${{ steps.create.outputs.token }}.",
    linkCure: "Give the document's token alone, the last part of the link's path: .../docx/TOKEN.",
};

;// CONCATENATED MODULE: ./src/create/inputs.ts






const DEFAULT_TIMEOUT_SECONDS = 120;
/**
 * Reads and checks all inputs before any request.
 * @param mask called with every secret
 * @throws InputError
 */
function readCreateInputs(read, mask) {
    const connection = readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS);
    const { source, subId: linkSubId } = readSource(read, mask, connection.baseUrl);
    const fileExtension = readExtension(read);
    // The type of the document behind a wiki page is not known before a request.
    const fault = source.kind === 'document' ? (0,export_formats/* findTaskFormatFault */.KS)(source.type, fileExtension) : undefined;
    if (fault)
        throw new inputs/* InputError */.dz(`Input \`file-extension\` is ${(0,inputs/* excerpt */.Kb)(fileExtension)}: ${fault.what}. ${fault.cure}`);
    // Read, and so checked, even if the extension needs no `sub-id`.
    const givenSubId = readSubId(read);
    if (!(0,export_formats/* needsSubId */.Hn)(fileExtension))
        return { ...connection, source, fileExtension, subId: undefined };
    const subId = givenSubId ?? linkSubId;
    if (subId === undefined) {
        throw new inputs/* InputError */.dz('Input `sub-id` is empty: csv is the export of one sheet or table, and its id is missing. Copy the link while that' +
            ' sheet or table is open (it then ends in ?sheet=… or ?table=…), or give that id as `sub-id`.');
    }
    return { ...connection, source, fileExtension, subId };
}
/**
 * Reads `url`, or `token` and `type`.
 * @param mask called with a `token` that looks like a credential, before it is refused
 * @throws InputError
 */
function readSource(read, mask, baseUrl) {
    const url = read('url').trim();
    const [token, type] = [read('token').trim(), read('type').trim()];
    if (url !== '' && (token !== '' || type !== '')) {
        throw new inputs/* InputError */.dz(`Inputs \`url\` and \`${token === '' ? 'type' : 'token'}\` are both given. Give the link, or token and type, not both.`);
    }
    if (url !== '')
        return readUrl(url, baseUrl);
    if (token === '') {
        throw new inputs/* InputError */.dz(`Inputs \`url\` and \`token\` are both empty. Give the document's link as \`url\`, or its \`token\` with \`type\`.`);
    }
    if (/^https?:\/\//i.test(token))
        throw new inputs/* InputError */.dz('Input `token` is a link. Give it as `url`, without `type`.');
    // The usual cure names the create step, which is this step.
    const rule = { ...DOCUMENT_TOKEN, cure: "Or give the document's link as `url`." };
    return { source: toSource(readToken(read, rule, mask), type.toLowerCase()) };
}
/**
 * Makes the source from a token and its type.
 * @param type the type in lower case
 * @throws InputError when the type is unknown or empty
 */
function toSource(token, type) {
    const cure = `One of these: ${export_formats/* DOCUMENT_TYPES */.g2.join(', ')}, or wiki for the token in a wiki link.`;
    if (type === '')
        throw new inputs/* InputError */.dz(`Input \`type\` is empty, though \`token\` is given. ${cure}`);
    if (type === 'wiki')
        return { kind: 'wiki-node', token };
    if (!(0,export_formats/* isDocumentType */.Oc)(type))
        throw new inputs/* InputError */.dz(`Input \`type\` is ${(0,inputs/* excerpt */.Kb)(type)}, which is not a type. ${cure}`);
    return { kind: 'document', token, type };
}
/**
 * Reads the link of a document or a wiki page.
 * @throws InputError, also for a link to anything else, or of another platform than that of `baseUrl`
 */
function readUrl(url, baseUrl) {
    const wrongUrl = (fault, cure) => new inputs/* InputError */.dz(`Input \`url\` is ${(0,inputs/* excerpt */.Kb)(url)}, ${fault}. ${cure}`);
    const link = parseLink(url, 'document');
    if (link.kind === 'fault')
        throw wrongUrl(link.fault, link.cure);
    const option = findOptionAfterLink(url);
    if (option !== undefined) {
        throw wrongUrl(`with ${(0,inputs/* excerpt */.Kb)(option)} after the link`, 'Give the link alone here, and the format as `file-extension`; only the export action has options after a link,' +
            ' such as `children` and `to`.');
    }
    const mismatch = platformFault(link.host, baseUrl);
    if (mismatch)
        throw wrongUrl(mismatch.fault, mismatch.cure);
    switch (link.kind) {
        case 'document':
            return { source: { kind: 'document', token: link.token, type: link.type }, subId: link.subId };
        case 'wiki-node':
            return { source: { kind: 'wiki-node', token: link.token }, subId: link.subId };
        case 'folder':
            throw wrongUrl('a folder', 'Give the link of one document here; the export action takes whole folders.');
        case 'wiki-space':
        case 'wiki-home':
            throw wrongUrl(link.kind === 'wiki-home' ? 'the page of all knowledge bases' : 'a whole knowledge base', 'Give the link of one page here; the export action takes whole knowledge bases.');
        case 'other':
            throw link.type === 'file'
                ? wrongUrl('an uploaded file, which needs no export task', 'The export action downloads it as it is.')
                : wrongUrl(`a ${link.type}, which no export task can export`, export_formats/* TASK_FORMATS_SENTENCE */.lc);
    }
}
/** Reads `file-extension`. @returns it in lower case, without a dot @throws InputError */
function readExtension(read) {
    const value = read('file-extension').trim();
    const extension = value.replace(/^\./, '').toLowerCase();
    if (extension === '')
        throw new inputs/* InputError */.dz(`Input \`file-extension\` is empty. ${export_formats/* TASK_FORMATS_SENTENCE */.lc}`);
    if (!export_formats/* EXPORT_EXTENSIONS */.q$.includes(extension)) {
        throw new inputs/* InputError */.dz(`Input \`file-extension\` is ${(0,inputs/* excerpt */.Kb)(value)}, which no export task can make. ${export_formats/* TASK_FORMATS_SENTENCE */.lc}`);
    }
    return extension;
}
/** Reads `sub-id`; undefined when the input is empty. @throws InputError */
function readSubId(read) {
    const value = read('sub-id').trim();
    if (value === '')
        return undefined;
    // What YAML makes of ids like 12e34 and 12e345 without quotes: 1.2E+35 and Infinity.
    if (/^(\d+(\.\d+)?E\+\d+|Infinity)$/.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`sub-id\` is ${(0,inputs/* excerpt */.Kb)(value)}: written without quotes in the workflow, it was taken for a number.` +
            " Quote it: sub-id: '12e345'.");
    }
    if (!/^[\w-]{1,64}$/.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`sub-id\` is ${(0,inputs/* excerpt */.Kb)(value)}, which is no id: an id has at most 64 letters, digits, - and _.` +
            " It is what follows ?sheet= or ?table= in the document's link.");
    }
    return value;
}


/***/ }),

/***/ 374:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

;// CONCATENATED MODULE: ./src/version.ts
/** The version in package.json, which a test compares; part of the user agent of every request. */
const VERSION = '1.0.0';

// EXTERNAL MODULE: ./src/polling/clock.ts
var polling_clock = __nccwpck_require__(849);
;// CONCATENATED MODULE: ./src/feishu/client/content-coding.ts
/**
 * Decompresses a body: some gateways compress answers although the request forbids it.
 * Source: RFC 9110, HTTP Semantics, 8.4.1, https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
 * @param contentEncoding the header; undefined when there is none
 * @param maxBytes the maximum size of a decompressed body
 * @returns the decompressed body; undefined when it is longer than `maxBytes`, or its coding is unknown. A body that is
 * not compressed is returned unchanged: no coding, 0 bytes, or a plain JSON object in spite of the header
 * @throws when the compressed bytes are damaged; the error has a `code`
 */
async function decodeBody(bytes, contentEncoding, maxBytes) {
    const coding = contentEncoding?.trim().toLowerCase() ?? '';
    if (coding === '' || coding === 'identity' || bytes.length === 0)
        return bytes;
    // Some gateways name a coding and send plain JSON. Decompression may succeed even for plain JSON, and return garbage.
    if (isJsonObject(bytes))
        return bytes;
    const decode = await findDecoder(coding);
    if (!decode)
        return undefined;
    try {
        return decode(bytes, { maxOutputLength: maxBytes });
    }
    catch (error) {
        if (error.code === 'ERR_BUFFER_TOO_LARGE')
            return undefined;
        throw error;
    }
}
const OPENING_BRACE = 0x7b;
/** True for the bytes of a JSON object without white space before it. */
function isJsonObject(bytes) {
    if (bytes[0] !== OPENING_BRACE)
        return false;
    try {
        JSON.parse(new TextDecoder().decode(bytes));
        return true;
    }
    catch {
        return false;
    }
}
/** Finds the decoder for a coding. @returns undefined for an unknown coding, and for a list of codings */
async function findDecoder(coding) {
    // Loaded only when needed: almost no answer is compressed.
    const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 522, 23));
    switch (coding) {
        case 'gzip':
        case 'x-gzip':
            return gunzipSync;
        case 'deflate':
            // Some servers leave out the zlib header.
            return (bytes, options) => (hasZlibHeader(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options));
        case 'br':
            return brotliDecompressSync;
        default:
            return undefined;
    }
}
// Source: RFC 1950, ZLIB Compressed Data Format, 2.2, https://www.rfc-editor.org/rfc/rfc1950
const ZLIB_DEFLATE = 8;
/** True if the low four bits of the first byte are the number of the compression method. */
const hasZlibHeader = (bytes) => ((bytes[0] ?? 0) & 0x0f) === ZLIB_DEFLATE;

;// CONCATENATED MODULE: ./src/feishu/client/operations.ts
const EXPORT_SCOPES = ['docs:document:export', 'drive:export:readonly'];
const WIKI_SCOPES = ['wiki:wiki:readonly'];
const DOCX_SCOPES = ['docx:document:readonly', 'docx:document'];
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HUNDRED_PER_MINUTE = { requests: 100, windowMs: MINUTE_MS };
const FIVE_PER_SECOND = { requests: 5, windowMs: SECOND_MS };
/**
 * The API calls, with the phrase for error messages, the scopes and the rate limit of each.
 * Source: the documentation page of each call, whose title and address are beside the function that makes it.
 */
const OPERATIONS = {
    mint: { doing: 'get a tenant access token for the app', scopes: [], limit: HUNDRED_PER_MINUTE },
    create: { doing: 'create the export task', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
    query: { doing: 'ask for the status of the export task', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
    download: { doing: 'download the exported file', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
    wikiNode: { doing: 'look up the wiki page', scopes: ['wiki:node:read', ...WIKI_SCOPES], limit: HUNDRED_PER_MINUTE },
    wikiNodes: {
        doing: 'list the pages of the knowledge base',
        scopes: ['wiki:node:retrieve', ...WIKI_SCOPES],
        limit: HUNDRED_PER_MINUTE,
    },
    folder: {
        doing: 'list the folder',
        scopes: ['space:document:retrieve', 'drive:drive:readonly'],
        limit: { requests: 20, windowMs: SECOND_MS },
    },
    metas: {
        doing: 'look up the documents',
        scopes: ['drive:drive.metadata:readonly', 'drive:drive'],
        // There is also a limit of 1,000 a minute, which is enough for 200,000 documents.
        limit: { requests: 50, windowMs: SECOND_MS },
    },
    fileDownload: {
        doing: 'download the uploaded file',
        scopes: ['drive:file:download', 'drive:file:readonly'],
        limit: FIVE_PER_SECOND,
    },
    document: { doing: 'read the title and revision of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    blocks: { doing: 'read the blocks of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    blockDescendants: { doing: 'read the synced block', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    mediaDownload: {
        doing: 'download the picture or attachment',
        scopes: ['docs:document.media:download', 'drive:drive:readonly', 'drive:drive'],
        // There is also a limit of 10,000 a day.
        limit: FIVE_PER_SECOND,
    },
    boardImage: {
        doing: 'download the board as a picture',
        scopes: ['board:whiteboard:node:read'],
        limit: { requests: 50, windowMs: SECOND_MS },
    },
    sheets: {
        doing: 'list the sheets of the spreadsheet',
        scopes: ['sheets:spreadsheet:readonly', 'drive:drive:readonly'],
        limit: HUNDRED_PER_MINUTE,
    },
    tables: {
        doing: 'list the tables of the base',
        scopes: ['base:table:read', 'bitable:app:readonly'],
        limit: { requests: 20, windowMs: SECOND_MS },
    },
    wikiSpaces: {
        doing: 'list the knowledge bases',
        scopes: ['wiki:space:retrieve', ...WIKI_SCOPES],
        limit: HUNDRED_PER_MINUTE,
    },
};

;// CONCATENATED MODULE: ./src/feishu/errors/asked-wait.ts
// Longer than any timeout, and still readable in a message.
const MAX_ASKED_MS = 1e12;
/**
 * The waiting time that a refusal names: `x-ogw-ratelimit-reset` (seconds), else `Retry-After` (seconds or a date).
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
 * @returns milliseconds, at most `MAX_ASKED_MS`; undefined when neither header has a usable value
 */
function askedWaitMs(answer) {
    const valueOf = (header) => String(answer.headers[header] ?? '').trim();
    const retryAfter = valueOf('retry-after');
    const seconds = parseSeconds(valueOf('x-ogw-ratelimit-reset')) ?? parseSeconds(retryAfter);
    const dateMs = parseHttpDate(retryAfter);
    const askedMs = seconds !== undefined ? seconds * 1000 : dateMs !== undefined ? dateMs - answer.wallMs : undefined;
    return askedMs === undefined ? undefined : Math.min(Math.max(0, askedMs), MAX_ASKED_MS);
}
/** Parses a number of seconds; undefined when the text is not a number. */
function parseSeconds(text) {
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
/**
 * Parses a date in one of the three forms of HTTP.
 * Source: RFC 9110, HTTP Semantics, 5.6.7, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 * @returns milliseconds since 1970; undefined for any other text
 */
function parseHttpDate(value) {
    // `Date.parse` alone accepts almost any text with a digit.
    if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]+ \d\d:\d\d:\d\d( GMT| \d{4})$/.test(value))
        return undefined;
    // One of the forms has no time zone but means GMT, while `Date.parse` would take the time zone of the machine.
    const date = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
    return Number.isNaN(date) ? undefined : date;
}

;// CONCATENATED MODULE: ./src/feishu/client/json.ts
/** True for a JSON object: neither a list nor null. */
function json_isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
// The quotes and numbers of JSON, and the escapes of its texts. A pattern for complete texts would overflow the stack when a
// text has millions of characters.
const TOKENS = /"|\\.|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/**
 * Parses JSON. An integer of 16 digits or more becomes a string: as a JavaScript number, it may lose its last digits.
 * @throws SyntaxError when the text is not JSON
 */
function parseJson(text) {
    // Throws before the quotes are added. With quotes, 01234567890123456 would be valid JSON.
    const plain = JSON.parse(text);
    if (!/\d{16}/.test(text))
        return plain;
    let isInText = false;
    const quoteLongInteger = (token) => {
        if (token === '"')
            isInText = !isInText;
        return !isInText && /^-?\d{16,}$/.test(token) ? `"${token}"` : token;
    };
    return JSON.parse(text.replace(TOKENS, quoteLongInteger));
}
/** Thrown for an answer that does not have the documented shape. */
class json_WrongShape extends Error {
}

;// CONCATENATED MODULE: ./src/feishu/errors/envelope.ts

/** Reads the envelope of an answer; undefined when the body is not one. */
function readEnvelope(body) {
    if (!json_isObject(body) || !Number.isInteger(body['code']))
        return undefined;
    return {
        code: body['code'],
        msg: typeof body['msg'] === 'string' ? body['msg'] : '',
        data: body['data'],
        error: json_isObject(body['error']) ? body['error'] : {},
        whole: body,
    };
}
/**
 * Reads an answer without an envelope. An answer of the service has `X-Tt-Logid`, or a log id in the body.
 * @param text the body as it was received
 * @param body the parsed text; undefined when it is not JSON
 * @returns undefined when the answer probably comes from a gateway: it has no log id, or its body is neither empty nor
 * an object
 */
function readCodeless(text, body, headers) {
    const isEmpty = text.trim() === '';
    if (!isEmpty && !json_isObject(body))
        return undefined;
    const { log_id: logId, msg } = json_isObject(body) ? body : {};
    if (!hasLogId(logId, headers))
        return undefined;
    return {
        isEmpty,
        bodyLogId: typeof logId === 'string' ? logId : undefined,
        msg: typeof msg === 'string' ? msg : '',
    };
}
/** True if an answer has a log id; the page of a gateway has none. */
function hasLogId(bodyLogId, headers) {
    return typeof bodyLogId === 'string' || headers['x-tt-logid'] !== undefined;
}
/** Finds the log id that Feishu's support needs: `X-Tt-Logid`, else `X-Request-Id`, else the one in the body. */
function logIdOf(answer) {
    const ids = [
        answer.headers['x-tt-logid'],
        answer.headers['x-request-id'],
        answer.envelope?.error['log_id'],
        answer.envelope?.error['logid'],
        answer.envelope?.whole['log_id'],
        answer.codeless?.bodyLogId,
    ];
    return ids.find((id) => typeof id === 'string' && id.trim() !== '');
}

// EXTERNAL MODULE: ./src/text.ts
var src_text = __nccwpck_require__(992);
;// CONCATENATED MODULE: ./src/feishu/errors/failure.ts

/** Makes a reply with a failure. */
const fail = (failure) => ({ ok: false, failure });
/**
 * Describes a failure without its advice and links: `Could not …: no permission (code 1069902, HTTP 403, log id …); the
 * service says "…"`.
 */
function describeWithoutAdvice(failure) {
    const numbers = [
        failure.code !== undefined && `code ${failure.code}`,
        failure.httpStatus !== undefined && `HTTP ${failure.httpStatus}`,
        failure.logId !== undefined && `log id ${(0,src_text/* oneLine */.TN)(failure.logId, 80)}`,
    ].filter((part) => part !== false);
    const { serviceMessage = '', links = [] } = failure;
    // `quoted` may cut an address. If there are links, addresses are removed here: `describe` shows the links in full.
    const message = links.length > 0 ? withoutAddresses(serviceMessage) : serviceMessage;
    // The lookbehind keeps the time linear: a run of dots in the middle is tried only from its first one.
    const quote = message.trim() === '' ? '' : `; the service says ${(0,src_text/* quoted */.TL)(message.replace(/(?<![\s.。])[\s.。]+$/, ''))}`;
    return `${failure.what}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}${quote}`;
}
/**
 * Matches one character of an address in a text. An address ends before a blank, a quote or Chinese punctuation: in a
 * Chinese text, there may be no blank after it.
 */
const ADDRESS_CHARACTER = /[^\s"'<>`“”‘’\u3000-\u303f\uff00-\uffef]/;
const ADDRESS = new RegExp(`(?:[:：]|(?<![\\s:：]))\\s*https?://${ADDRESS_CHARACTER.source}+`, 'g');
const withoutAddresses = (text) => text.replace(ADDRESS, '');
/** Describes a failure with its advice and its links. */
function describe(failure) {
    // In angle brackets, so that the text after a link cannot be read as a part of it.
    const links = failure.links?.length ? `See ${failure.links.map((link) => `<${link}>`).join(' and ')}.` : '';
    return [`${describeWithoutAdvice(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ');
}

;// CONCATENATED MODULE: ./src/feishu/errors/error-details.ts




// Errors with these codes have details of their own (see `detailsOf`).
const TOO_MANY_REQUESTS = 99991400;
const LACKS_SCOPE = 99991672;
// The name of a field is a word; a longer text would push code and advice out of the message.
const MAX_FIELD_LENGTH = 60;
// A message stays readable.
const MAX_NAMES = 8;
const MAX_LINKS = 2;
const HELP_LINK = new RegExp(`https://${ADDRESS_CHARACTER.source}{1,800}`);
/** Details for the message: the rate limit, the missing scopes or the fields at fault; may be empty. */
function detailsOf(row, envelope, operation) {
    if (row.codes.includes(TOO_MANY_REQUESTS))
        return describeLimit(operation);
    if (row.codes.includes(LACKS_SCOPE))
        return describeScopes(envelope, operation);
    const fields = objectsOf(envelope?.error['field_violations'])
        .map((violation) => violation['field'])
        .filter((field) => typeof field === 'string' && field !== '')
        .map((field) => (0,src_text/* oneLine */.TN)(field, MAX_FIELD_LENGTH));
    return fields.length > 0 ? `; fields at fault: ${fields.slice(0, MAX_NAMES).join(', ')}` : '';
}
/** Names the rate limit of an operation. */
function describeLimit(operation) {
    const { requests, windowMs } = OPERATIONS[operation].limit;
    const window = windowMs === MINUTE_MS ? 'a minute' : 'a second';
    return `; the limit is ${requests} ${window} for all jobs of the app together`;
}
/** Names the scopes in the error object. If there are none, names the scopes that allow the operation. */
function describeScopes(envelope, operation) {
    const named = objectsOf(envelope?.error['permission_violations'])
        .flatMap((violation) => [violation['subject'], violation['scope']])
        .filter((scope) => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope));
    const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes;
    if (scopes.length === 0)
        return '';
    return `; ${scopes.length === 1 ? 'it needs' : 'one of these is enough:'} ${scopes.slice(0, MAX_NAMES).join(', ')}`;
}
/** Finds the links to help pages in the error object; each may have other text around it, also Chinese. */
function helpLinks(envelope) {
    const { helps, permission_violations: violations, troubleshooter } = envelope.error;
    const texts = [...objectsOf(helps), ...objectsOf(violations)].map((help) => help['url']).concat(troubleshooter);
    const links = texts
        .filter((text) => typeof text === 'string')
        .map((text) => HELP_LINK.exec(text)?.[0])
        .filter((link) => link !== undefined);
    return [...new Set(links)].slice(0, MAX_LINKS);
}
/** The objects in a list, without its other items; an empty list if the value is not a list. */
function objectsOf(value) {
    return Array.isArray(value) ? value.filter(json_isObject) : [];
}

;// CONCATENATED MODULE: ./src/feishu/errors/advice.ts
/** Advice that several errors share: sentences, and clauses without a full stop. */
const SUPPORT = 'If it stays, give the log id to Feishu support.';
const ADD_APP = 'Open the document and add the app (「…」→「…更多」→「添加文档应用」), or, with a user token, share it with that user;' +
    ' check too who may copy, print and download it (「权限设置」)';

;// CONCATENATED MODULE: ./src/feishu/errors/document-errors.ts

const ADD_APP_TO_WIKI = 'Make the app a member of the knowledge base: put it into a group as a bot, then 「知识库设置」→「成员设置」→「添加成员」' +
    ' and choose that group. For one page it is enough to add the app to it (「…」→「…更多」→「添加文档应用」)';
const CHECK_LINK = 'Check the link; it may have been deleted or moved.';
const RESTORE = 'Restore it from the recycle bin (回收站), or take it out of the sources.';
const WRONG_PARAMETERS = 'the service does not accept the parameters';
const MEDIA_DELETED = {
    meaning: 'the document does not have it any more',
    advice: 'The document was probably edited while it was read. Run it again.',
};
/**
 * The errors of the APIs that read documents, folders and knowledge bases.
 * Source: the error list on the documentation page of each call, whose address is beside the call in this folder.
 */
const DOCUMENT_ERRORS = [
    {
        codes: [131001, 131007, 1061001, 1771001, 1771002, 1771003, 1771004, 1771005, 2891001, 1315201, 1315203, 1315210],
        class: 'transient',
        meaning: 'an internal error of the service',
        advice: SUPPORT,
    },
    {
        codes: [1254002, 1254291, 1255001, 1255002, 1255003, 1255004, 1255005, 1255040],
        class: 'transient',
        meaning: 'an internal error of the service of bases',
        advice: SUPPORT,
    },
    {
        codes: [131009],
        class: 'transient',
        meaning: 'another request holds a lock on the knowledge base',
        advice: SUPPORT,
    },
    {
        codes: [1770020, 1254036],
        class: 'transient',
        meaning: 'it is being copied (创建副本中)',
        advice: 'Wait until the copy is complete.',
    },
    {
        codes: [1061045],
        class: 'rate-limit',
        meaning: "too many downloads of uploaded files (5 a second), or today's 10,000 are used up",
        advice: 'After 10,000 downloads, let the run of the next day go on.',
        per: {
            mediaDownload: {
                meaning: "too many downloads of pictures and attachments (5 a second), or today's 10,000 are used up",
                advice: 'After 10,000 downloads, let the run of the next day go on: it keeps what is there.',
            },
        },
    },
    {
        codes: [131002],
        class: 'permanent',
        meaning: WRONG_PARAMETERS,
        advice: 'Check the link or the token of the wiki page.',
    },
    {
        codes: [131005],
        class: 'permanent',
        meaning: 'there is no such wiki page or knowledge base',
        advice: 'Check the link; the page may have been deleted or moved.',
    },
    {
        codes: [131006],
        class: 'permanent',
        meaning: 'the app may not read this wiki page or knowledge base',
        advice: `${ADD_APP_TO_WIKI}.`,
    },
    {
        codes: [1061002],
        class: 'permanent',
        meaning: WRONG_PARAMETERS,
        advice: 'Check the link: a folder link is needed where a folder is listed.',
        per: { mediaDownload: MEDIA_DELETED },
    },
    {
        codes: [1061003],
        class: 'permanent',
        meaning: 'not found',
        advice: CHECK_LINK,
        per: { mediaDownload: MEDIA_DELETED },
    },
    {
        codes: [1061004],
        class: 'permanent',
        meaning: 'the app may not read it',
        advice: 'Put the app into a group as a bot and share the folder with that group (「分享」→「添加协作者」).',
        per: {
            mediaDownload: {
                meaning: 'no permission on it',
                advice: `${ADD_APP}: 「谁可以复制内容、创建副本、打印、下载」.`,
            },
        },
    },
    {
        codes: [1061007],
        class: 'permanent',
        meaning: 'it was deleted',
        advice: RESTORE,
        per: { mediaDownload: MEDIA_DELETED },
    },
    {
        codes: [1063001],
        class: 'permanent',
        ...MEDIA_DELETED,
    },
    {
        codes: [1770001, 2890001, 2890002, 1310251, 1254003],
        class: 'permanent',
        meaning: WRONG_PARAMETERS,
        advice: "Check the link. The token in a wiki link is the page's, not the document's.",
    },
    {
        codes: [1770002, 2890003, 1310214, 1254040, 1254041],
        class: 'permanent',
        meaning: 'there is no such document',
        advice: CHECK_LINK,
        per: {
            blockDescendants: {
                meaning: 'the document or block from which it is synchronized does not exist any more',
                advice: 'Take the synced block (同步块) out of the document.',
            },
            boardImage: {
                meaning: 'there is no such board, or no picture of it',
                advice: 'Open the board once in the browser, then run it again.',
            },
        },
    },
    {
        codes: [1770003, 1310249],
        class: 'permanent',
        meaning: 'the document was deleted',
        advice: RESTORE,
        per: {
            blockDescendants: {
                meaning: 'the document from which it is synchronized was deleted',
                advice: 'Restore that document from the recycle bin (回收站), or take the synced block (同步块) out.',
            },
        },
    },
    {
        codes: [1770022],
        class: 'permanent',
        meaning: 'the service does not know any more where the next page of blocks begins',
        advice: 'The document was probably edited while it was read. Run it again.',
    },
    {
        codes: [1770032, 2890005, 1310213],
        class: 'permanent',
        meaning: 'no permission on the document',
        advice: `${ADD_APP}.`,
        per: {
            blockDescendants: {
                meaning: 'no permission on the document from which it is synchronized',
                advice: 'Open that document and add the app there, too (「…」→「…更多」→「添加文档应用」).',
            },
        },
    },
    {
        codes: [1254302],
        class: 'permanent',
        meaning: 'no permission on the base, probably because it has advanced permissions (高级权限)',
        advice: 'Open the base and add the app with the right to manage it (「…」→「…更多」→「添加文档应用」→「可管理」).',
    },
    {
        codes: [1770033],
        class: 'permanent',
        meaning: 'the document has more than 10,485,760 characters',
        advice: 'Split the document.',
    },
];

;// CONCATENATED MODULE: ./src/feishu/errors/error-table.ts


const CONSOLE = "In the app's console (开发者后台)";
const SAME_IDENTITY = 'use the credential (app or user) with which the task was created: no other may ask for it or download its file';
const NEW_TASK = 'Create a new export task and download its file within 10 minutes of its end.';
/** The code of the error that the service sends in place of a large file. The file must be requested in parts. */
const TOO_LARGE_FOR_ONE_REQUEST = 234037;
/**
 * Every error code that this project knows; any other is classified by its HTTP status.
 * Source: 通用错误码, https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code; the error lists of the
 * pages of the calls, whose addresses are beside the calls; and the official SDK.
 */
const ERROR_TABLE = [
    {
        codes: [1069901, 1069903, 1069905],
        class: 'transient',
        meaning: 'an internal error of the export service',
        advice: SUPPORT,
    },
    {
        codes: [1069902],
        class: 'permanent',
        meaning: 'no permission on the document',
        advice: `${ADD_APP}.`,
        per: {
            query: {
                meaning: 'no permission on the document, or not the identity that created the task',
                advice: `${ADD_APP}. And ${SAME_IDENTITY}.`,
            },
            download: {
                meaning: 'no permission on the file, or not the identity that created the task',
                advice: `Please ${SAME_IDENTITY}. If it is the same: ${ADD_APP}.`,
            },
        },
    },
    {
        codes: [1069904],
        class: 'permanent',
        meaning: 'the service does not accept the parameters',
        advice: 'Check the token and the type.',
        per: {
            query: {
                meaning: 'the service does not accept the ticket or the document token',
                advice: "Check that `ticket` is the create step's output and `token` the document token used there" +
                    " (for a wiki page, the token of the document behind it). A ticket written into the workflow must be quoted: '7143…'.",
            },
            create: {
                meaning: 'the service does not accept the document token, its type or the sub-id',
                // The create action sends a task for csv only with a sub-id, so the sub-id is never missing.
                advice: 'Check the link, or `token` and `type`. For csv, the sub-id (in the link `?sheet=` or `?table=`) must be that of a' +
                    ' sheet or table of this document: copy the link again while that is open.',
            },
        },
    },
    {
        codes: [1069906],
        class: 'permanent',
        meaning: 'the document was deleted',
        advice: 'Restore it from the recycle bin (回收站), or export another one.',
        per: {
            download: {
                meaning: 'the exported file is gone; the service deletes it 10 minutes after the export ended',
                advice: NEW_TASK,
            },
        },
    },
    {
        codes: [1069914],
        class: 'permanent',
        meaning: 'the service knows no such document token',
        advice: "Check the token. The token in a wiki link is the page's, not the document's: give the link to the create step," +
            ' or its node token with `type: wiki`, and use the `token` it puts out.',
        per: {
            download: {
                meaning: 'the service knows no such file token; it deletes the file 10 minutes after the export ended',
                advice: `Check that \`file-token\` is the wait step's output. ${NEW_TASK}`,
            },
        },
    },
    {
        codes: [1069918],
        class: 'permanent',
        meaning: 'this type of document does not export to this file extension',
        advice: 'doc and docx export to docx and pdf; sheet and bitable to xlsx and csv; bitable to base; slides to pptx and pdf.',
    },
    {
        codes: [1060001],
        class: 'permanent',
        meaning: 'the service does not accept the file token',
        advice: `Check that \`file-token\` is the wait step's output. ${NEW_TASK}`,
    },
    {
        codes: [1069923, 99991400, 2890006, 1254290],
        class: 'rate-limit',
        meaning: 'too many requests',
        advice: 'Run fewer jobs at once, or give `parallel-jobs` their number.',
    },
    {
        codes: [600],
        class: 'transient',
        meaning: 'the data is being loaded or moved',
    },
    {
        codes: [1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500],
        class: 'transient',
        meaning: 'an internal error of the service',
        advice: SUPPORT,
    },
    {
        codes: [TOO_LARGE_FOR_ONE_REQUEST],
        class: 'permanent',
        meaning: 'the file is too large to be downloaded in one request, and the service does not send it in pieces',
        advice: SUPPORT,
    },
    {
        codes: [99991663, 99991664, 99991671],
        class: 'permanent',
        meaning: 'the access token is wrong or has expired',
        advice: 'A tenant access token lives 2 hours at most. Give `app-id` and `app-secret` instead of `access-token`:' +
            ' the action then gets tokens itself and renews them.',
        scope: 'app',
        origin: 'refused-token',
    },
    {
        codes: [99991661],
        class: 'permanent',
        meaning: 'the request carried no access token that the service could read',
        advice: 'Check `access-token`: the token alone, without "Bearer".',
        scope: 'app',
    },
    {
        codes: [99991668, 99991677],
        class: 'permanent',
        meaning: 'the user access token is wrong or has expired',
        advice: 'A user token lives about 2 hours and cannot be renewed in CI. Use an app: `app-id` and `app-secret`,' +
            ' with the app added to the document.',
        scope: 'app',
    },
    {
        codes: [99991672, 99991676, 99991679],
        class: 'permanent',
        meaning: 'the app lacks a scope',
        advice: `${CONSOLE}: 「权限管理」→「开通权限」, add the scope, then publish a version` +
            ' (「版本管理与发布」→「创建版本」); with a user token, authorize again after that.',
        scope: 'endpoint',
    },
    {
        codes: [99991401],
        class: 'permanent',
        meaning: "the address of this runner is not on the app's IP allow-list",
        advice: 'GitHub-hosted runners have changing addresses. Use a self-hosted runner or a larger runner with a fixed address' +
            ` and add it, or turn the list off. ${CONSOLE}: 「安全设置」→「IP 白名单」.`,
        scope: 'app',
    },
    {
        codes: [99991403],
        class: 'permanent',
        meaning: "the tenant's API calls of this month are used up",
        advice: 'Wait for the next month, or have the administrator buy a larger plan (管理后台 →「费用中心」).',
        scope: 'app',
    },
    {
        codes: [99991662],
        class: 'permanent',
        meaning: 'the app is disabled',
        advice: 'Have the administrator enable it (管理后台 →「工作台」→「应用管理」).',
        scope: 'app',
    },
    {
        codes: [99991673],
        class: 'permanent',
        meaning: 'the app is not installed in this tenant',
        advice: `${CONSOLE}: publish a version (「版本管理与发布」→「创建版本」) and have the administrator approve it.`,
        scope: 'app',
    },
    {
        codes: [99991543, 10003, 10014, 10015],
        class: 'permanent',
        meaning: 'the app id or the app secret is wrong',
        advice: `${CONSOLE}: 「凭证与基础信息」 shows both; copy them again. For an app of Lark, \`base-url\` is` +
            ' https://open.larksuite.com.',
        scope: 'app',
    },
    {
        codes: [99991201, 99991301],
        class: 'permanent',
        meaning: 'there is no such API at this address',
        advice: 'Check `base-url`: https://open.feishu.cn for Feishu, https://open.larksuite.com for Lark, or the open platform' +
            ' of your private deployment; the host alone, without /open-apis.',
        scope: 'app',
    },
    {
        codes: [99992402],
        class: 'permanent',
        meaning: 'the service does not accept a field of the request',
        advice: 'Check the ticket and the tokens.',
    },
    ...DOCUMENT_ERRORS,
];

;// CONCATENATED MODULE: ./src/feishu/errors/classify.ts





// A bad request, or too many requests: only `msg` distinguishes them.
const AMBIGUOUS = 9499;
const BAD_REQUEST = {
    codes: [AMBIGUOUS],
    class: 'permanent',
    meaning: 'the service calls it a bad request',
    advice: 'Check the inputs.',
};
const ROWS = new Map(ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row])));
/**
 * Classifies an answer that is not a success: by its code if the table has it, otherwise by its HTTP status. The text of
 * `msg` decides only for code 9499 (see `findRow`).
 */
function classify(answer) {
    const { envelope, codeless, httpStatus, operation } = answer;
    const couldNot = `Could not ${OPERATIONS[operation].doing}`;
    // Code 0 means success: it does not explain why the HTTP status is an error.
    const errorEnvelope = envelope?.code === 0 ? undefined : envelope;
    const row = (errorEnvelope && findRow(errorEnvelope)) ?? (httpStatus === 429 ? ROWS.get(TOO_MANY_REQUESTS) : undefined);
    const common = {
        httpStatus,
        logId: logIdOf(answer),
        code: errorEnvelope?.code,
        // Undefined for an answer that is taken for a gateway's page: the text of the page is never shown.
        serviceMessage: (errorEnvelope ?? codeless)?.msg,
        links: envelope && helpLinks(envelope),
    };
    if (row) {
        const texts = row.per?.[operation] ?? row;
        const failure = {
            ...common,
            class: row.class,
            what: `${couldNot}: ${texts.meaning}${detailsOf(row, envelope, operation)}`,
            advice: texts.advice,
            scope: row.scope,
            origin: row.origin,
        };
        return row.class === 'rate-limit' ? { ...failure, askedMs: askedWaitMs(answer) } : failure;
    }
    if (!errorEnvelope)
        return { ...common, ...classifyHttpStatus(httpStatus, findBodyFault(answer), couldNot) };
    return {
        ...common,
        class: httpStatus === 408 || httpStatus >= 500 ? 'transient' : 'permanent',
        what: `${couldNot}: the service refused with an error that this action does not know`,
        advice: 'Look the code up in the list of general error codes (通用错误码), or give the log id to Feishu support.',
    };
}
/** Finds the row of the error table for an envelope; undefined for a code that the table does not have. */
function findRow({ code, msg }) {
    if (code !== AMBIGUOUS)
        return ROWS.get(code);
    return /too many requests?/i.test(msg) ? ROWS.get(TOO_MANY_REQUESTS) : BAD_REQUEST;
}
/** Says why the body of an answer has no error code; undefined if the answer probably comes from a gateway. */
function findBodyFault({ envelope, codeless, headers }) {
    if (codeless)
        return codeless.isEmpty ? 'is empty' : 'holds no code';
    return envelope && hasLogId(envelope.whole['log_id'], headers) ? 'has code 0, which means success' : undefined;
}
/**
 * Classifies an answer without an error code by its HTTP status.
 * @param bodyFault what is wrong with the body of an answer of the service: "is empty". Undefined for the page of a
 * gateway or proxy
 * @param couldNot the beginning of the message: "Could not download the file"
 */
function classifyHttpStatus(httpStatus, bodyFault, couldNot) {
    if (httpStatus >= 300 && httpStatus < 400) {
        return {
            class: 'permanent',
            what: `${couldNot}: the answer is a redirect, which the Open API never sends`,
            advice: 'Check `base-url`, and whether a proxy asks for a login.',
            scope: 'app',
        };
    }
    if (httpStatus === 407) {
        return {
            class: 'permanent',
            what: `${couldNot}: the proxy wants a login`,
            advice: 'Put user and password into the proxy address (https_proxy).',
            scope: 'app',
        };
    }
    // A status of success is transient, too: the next answer may have the right body.
    const isTransient = httpStatus === 408 || httpStatus >= 500 || httpStatus < 300;
    if (bodyFault !== undefined) {
        return isTransient
            ? {
                class: 'transient',
                what: `${couldNot}: the answer of the service ${bodyFault}`,
                advice: 'Run it again later; if the error comes back, give the log id to Feishu support.',
            }
            : {
                class: 'permanent',
                what: `${couldNot}: the service refused without a reason`,
                advice: 'Check the tokens; if they are right, give the log id to Feishu support.',
            };
    }
    const what = `${couldNot}: the answer does not come from the Open API, but is a page of a gateway or proxy`;
    return isTransient
        ? {
            class: 'transient',
            what,
            advice: 'Run it again later; if the error comes back, check the proxies and firewalls between the runner and' +
                ' `base-url`.',
        }
        : {
            class: 'permanent',
            what,
            advice: 'Check `base-url`, and the proxies and firewalls between the runner and it.',
            scope: 'app',
        };
}

;// CONCATENATED MODULE: ./src/polling/deadline.ts
// `nowMs` of the clock of the machine is 0 at the start of the process.
const PROCESS_START_MS = 0;
/**
 * Starts the deadline of a step.
 * @param cancel aborted when the user cancels
 * @param startedAtMs the start of the timeout on `clock`; by default, the start of the process
 */
function startDeadline(clock, timeoutMs, cancel, startedAtMs = PROCESS_START_MS) {
    const endMs = startedAtMs + timeoutMs;
    const end = new AbortController();
    const onCancel = () => end.abort('cancelled');
    const stopTimer = clock.after(endMs - clock.nowMs(), () => end.abort('timed-out'));
    if (cancel.aborted)
        onCancel();
    else
        cancel.addEventListener('abort', onCancel);
    return {
        signal: end.signal,
        timeoutMs,
        remainingMs: () => endMs - clock.nowMs(),
        stopReason: () => (end.signal.aborted ? end.signal.reason : undefined),
        release() {
            stopTimer();
            cancel.removeEventListener('abort', onCancel);
        },
    };
}
/** The abort reason when the time limit of one attempt is reached. */
const ATTEMPT_TIMED_OUT = 'attempt-timed-out';
/**
 * Runs an attempt that may take any time, as long as it makes progress.
 * @param limitMs the maximum silence in milliseconds: from the start, after each `progress` and after exempt work
 * @param parent aborts the attempt, too, with its own reason
 * @param attempt must end when its signal is aborted; after too long a silence, the abort reason is `ATTEMPT_TIMED_OUT`
 * @returns what the attempt returned, even after an abort; throws what it threw
 */
async function withStallLimit(clock, limitMs, parent, attempt) {
    const controller = new AbortController();
    const onParent = () => controller.abort(parent.reason);
    if (parent.aborted)
        onParent();
    else
        parent.addEventListener('abort', onParent);
    // `progress` sets no new timer, since a large file has very many chunks. When the timer ends, `check` sets it again if
    // there was progress.
    let silentSinceMs = clock.nowMs();
    let stopTimer = () => undefined;
    let isOver = false;
    const check = () => {
        if (isOver)
            return;
        const leftMs = silentSinceMs + limitMs - clock.nowMs();
        if (leftMs <= 0)
            controller.abort(ATTEMPT_TIMED_OUT);
        else
            stopTimer = clock.after(leftMs, check);
    };
    const watch = {
        progress() {
            silentSinceMs = clock.nowMs();
        },
        async exempt(work) {
            stopTimer();
            try {
                return await work;
            }
            finally {
                silentSinceMs = clock.nowMs();
                check();
            }
        },
    };
    check();
    try {
        return await attempt(controller.signal, watch);
    }
    finally {
        isOver = true;
        stopTimer();
        parent.removeEventListener('abort', onParent);
    }
}
/**
 * Runs one attempt under the parent signal and a separate time limit. So one hung request cannot use up the timeout of
 * the step. The attempt must end when its signal is aborted.
 */
function withTimeLimit(clock, limitMs, parent, attempt) {
    // The attempt reports no progress, so the limit of silence is a limit of the whole attempt.
    return withStallLimit(clock, limitMs, parent, attempt);
}

;// CONCATENATED MODULE: ./src/feishu/client/proxy.ts
/** Thrown in place of sending a request whose proxy cannot be used. A request never bypasses its proxy. */
class UnusableProxy extends Error {
    fault;
    constructor(fault) {
        super(fault.fault);
        this.fault = fault;
    }
}
const proxy_ADDRESS = 'http://HOST:PORT';
// Stricter than `URL`, which accepts quotes in a host.
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;
const CURE = `Write ${proxy_ADDRESS}, or http://USER:PASSWORD@HOST:PORT.`;
/**
 * Finds out why the proxy for a protocol cannot be used. Without this check, @actions/http-client may connect without
 * the proxy: if it cannot parse the address, or if only `ALL_PROXY` names a proxy. It does not support SOCKS, either.
 * @param protocol the protocol of the request: `https:` or `http:`
 * @returns undefined when there is no proxy, or one that can be used
 */
function findProxyFault(environment, protocol) {
    // `https_proxy` for `https:`.
    const name = protocol.replace(':', '_proxy');
    const variable = [name, name.toUpperCase()].find((candidate) => environment[candidate]);
    if (variable !== undefined) {
        const found = findAddressFault(environment[variable]?.trim() ?? '');
        return found && { ...found, fault: `\`${variable}\` ${found.fault}` };
    }
    const forAll = ['all_proxy', 'ALL_PROXY'].find((candidate) => environment[candidate]);
    if (forAll === undefined)
        return undefined;
    return {
        fault: `\`${forAll}\` names a proxy, but this action reads \`${name}\` alone`,
        cure: `Set \`${name}\` to the address of an HTTP proxy: ${proxy_ADDRESS}. SOCKS proxies are not supported.`,
    };
}
/** Finds what is wrong with the address of a proxy; undefined if nothing is. `fault` lacks the variable's name. */
function findAddressFault(address) {
    const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? [];
    if (/^socks/i.test(scheme)) {
        return { fault: 'names a SOCKS proxy, which this action cannot use', cure: `Give an HTTP proxy: ${proxy_ADDRESS}.` };
    }
    // These characters end the host of a URL. In a user or password, the text before them would become the host.
    const reserved = /^[^/?#\\]*([/?#\\]).*@/s.exec(rest)?.[1];
    if (reserved !== undefined) {
        const code = encodeURIComponent(reserved);
        return { fault: `holds a ${reserved} in its user or password`, cure: `Write ${reserved} as ${code} there.` };
    }
    const userAndPassword = rest.slice(0, Math.max(rest.lastIndexOf('@'), 0));
    if (!isDecodable(userAndPassword)) {
        return {
            fault: 'holds a % in its user or password that is not part of a percent-encoded character',
            cure: 'Write % as %25 there.',
        };
    }
    // `proxy:8080` is a URL with the scheme `proxy:`. http-client adds `http://` only to an address that is not a URL.
    if (scheme === '' && URL.canParse(address)) {
        return { fault: 'does not begin with http://', cure: CURE };
    }
    const url = scheme === '' ? `http://${address}` : address;
    const isHttpProxy = /^https?:/i.test(url) && URL.canParse(url) && HOST.test(new URL(url).hostname);
    return isHttpProxy ? undefined : { fault: 'is not the address of an HTTP proxy', cure: CURE };
}
/** True if http-client can decode the text: it also uses `decodeURIComponent`. */
function isDecodable(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./src/feishu/errors/network-faults.ts




// The codes for an invalid certificate.
// Source: X509 certificate error codes, https://nodejs.org/api/tls.html#x509-certificate-error-codes
const TLS_FAULT = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER|DECRYPT_CERT|DECODE)|INVALID_(CA|PURPOSE)|HOSTNAME_|PATH_LENGTH|ERROR_IN_CERT)/;
const REASONS = new Map([
    ['ENOTFOUND', 'the name was not found (DNS)'],
    ['EAI_AGAIN', 'the name server did not answer (DNS)'],
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection was reset'],
    ['ECONNABORTED', 'the connection was cut off'],
    ['EPIPE', 'the connection was cut off'],
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host cannot be reached'],
    ['ENETUNREACH', 'the network cannot be reached'],
]);
const REASONS_BY_PATTERN = [
    [/^HPE_/, 'the answer is not HTTP'],
    [/^(Z_|ERR__)/, 'the compressed answer is damaged'],
];
const UNREACHABLE = 'Check `base-url`, and the network and the proxy of the runner. If they are right, Feishu cannot be reached: run it' +
    ' again later.';
/**
 * Classifies an error of the transport. Three faults are permanent: an invalid certificate, a proxy address that cannot
 * be used, and a refusal by the proxy (except HTTP 408, 429 and 5xx). Every other fault is transient.
 * @param host the host of the request, without credentials
 * @param abortReason the reason of the request's signal, if it was aborted
 */
function classifyNetworkFault(error, operation, host, abortReason) {
    const couldNot = `Could not ${OPERATIONS[operation].doing}`;
    if (error instanceof UnusableProxy) {
        const { fault, cure } = error.fault;
        return {
            class: 'permanent',
            what: `${couldNot}: ${fault}`,
            advice: `${cure} To connect to ${host} without a proxy, add it to \`no_proxy\`.`,
            scope: 'app',
        };
    }
    if (abortReason === ATTEMPT_TIMED_OUT || abortReason === 'timed-out') {
        return { class: 'transient', what: `${couldNot}: ${host} did not answer in time`, advice: UNREACHABLE };
    }
    const { code = '', message = '' } = error;
    if (TLS_FAULT.test(code)) {
        return {
            class: 'permanent',
            what: `${couldNot}: the certificate of ${host} is not trusted (${code})`,
            advice: 'Check `base-url`. If a private deployment or a proxy signs with its own authority, give its certificate to' +
                ' Node.js: set NODE_EXTRA_CA_CERTS to the PEM file in the step (env:).',
            scope: 'app',
        };
    }
    // http-client cannot parse the address of the proxy. Usually, such an address is refused earlier, as an `UnusableProxy`.
    if (code === 'ERR_INVALID_URL') {
        return {
            class: 'permanent',
            what: `${couldNot}: the address of the proxy cannot be read`,
            advice: 'Check `https_proxy` and `http_proxy`: http://HOST:PORT.',
            scope: 'app',
        };
    }
    // All errors of http-client's tunnel have the code ECONNRESET: only the text distinguishes them.
    const proxyStatus = /tunneling socket could not be established, statusCode=(\d+)/.exec(message)?.[1];
    if (proxyStatus !== undefined) {
        const isTransient = /^(408|429|5\d\d)$/.test(proxyStatus);
        return {
            class: isTransient ? 'transient' : 'permanent',
            what: `${couldNot}: the proxy did not let the request through to ${host} (the proxy says HTTP ${proxyStatus})`,
            advice: proxyStatus === '407'
                ? 'The proxy wants a login: put user and password into its address (https_proxy).'
                : 'Check https_proxy and no_proxy, and what the proxy allows.',
            scope: isTransient ? undefined : 'app',
        };
    }
    const proxyCause = /tunneling socket could not be established, cause=(.*)/.exec(message)?.[1];
    if (proxyCause !== undefined) {
        return {
            class: 'transient',
            what: `${couldNot}: the proxy that leads to ${host} cannot be reached (${(0,src_text/* oneLine */.TN)(proxyCause, 100)})`,
            advice: 'Check https_proxy and no_proxy.',
        };
    }
    const reason = REASONS.get(code) ?? REASONS_BY_PATTERN.find(([codes]) => codes.test(code))?.[1] ?? 'the connection failed';
    return {
        class: 'transient',
        what: `${couldNot}: ${host}: ${reason}${code === '' ? '' : ` (${code})`}`,
        advice: UNREACHABLE,
    };
}

;// CONCATENATED MODULE: ./src/feishu/client/client.ts








// An answer of this API has a few hundred bytes, a page of a list some hundred thousand.
const MAX_BODY_BYTES = 1024 * 1024;
/** Makes the path of an API call: below `/open-apis`, from segments and a query that are not encoded yet. */
function client_pathOf(parts, query = {}) {
    const search = new URLSearchParams(query).toString();
    return `/open-apis/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}
// Long enough that another server of the service may answer the next request.
const UNEXPECTED_SHAPE_PAUSE_MS = 300;
/**
 * Makes one API call and classifies the answer. Never throws for errors of the service or the network. After a
 * successful answer with an unexpected shape, the request is sent once more. A second such answer is a permanent
 * failure. A request that creates a task is never sent again here, because each request may create another task. The
 * callers of `createTask` decide whether it is sent again.
 * @param headers the `authorization` header; empty for a call without a credential
 * @param signal ends the call; the failure of a call that it ended is never permanent
 */
async function callWithHeaders(connection, call, headers, signal) {
    const reply = await callOnce(connection, call, headers, signal);
    if (call.operation === 'create' || !isUnexpectedShape(reply))
        return reply;
    await (0,polling_clock/* sleep */.y)(connection.clock, UNEXPECTED_SHAPE_PAUSE_MS, signal);
    if (signal.aborted)
        return reply;
    const second = await callOnce(connection, call, headers, signal);
    return isUnexpectedShape(second) ? fail(unexpectedTwice(second.failure)) : second;
}
const isUnexpectedShape = (reply) => !reply.ok && reply.failure.origin === 'unexpected-shape';
/**
 * Makes the permanent failure of a request that got two successful answers, both with an unexpected shape.
 * @param failure the failure of the second answer
 */
const unexpectedTwice = (failure) => ({
    ...failure,
    class: 'permanent',
    what: `${failure.what}, twice`,
    advice: 'This action may not know this form of the answer yet: report it in the issues of its repository.',
});
/** Makes one API call: sends the request once and classifies the answer. */
async function callOnce(connection, call, headers, signal) {
    const opened = await openAnswer(connection, call, headers, signal);
    return opened.ok ? readAnswer(connection, call, opened.value, signal) : opened;
}
/** Makes one API call with the credential's token. A refused token is renewed if possible: see `withToken`. */
function client_callApi(connection, credential, call, signal) {
    return withToken(credential, signal, (authorization) => callWithHeaders(connection, call, authorization, signal));
}
/**
 * Runs an attempt with the credential's token. Reports to the credential when the attempt succeeds, and when the token
 * is refused. After a refusal, the attempt is repeated if the credential can give another token.
 * @returns the reply of the last attempt. If its token was refused, the failure has `refusedAdvice`, where the credential
 * has such advice. A failure of origin `token-request` when the credential has no token
 */
async function withToken(credential, signal, attempt) {
    for (;;) {
        const token = await credential.token(signal);
        if (!token.ok)
            return fail({ ...token.failure, origin: 'token-request' });
        const reply = await attempt({ authorization: `Bearer ${token.value}` });
        if (reply.ok)
            credential.reportAccepted(token.value);
        if (reply.ok || reply.failure.origin !== 'refused-token')
            return reply;
        const canGiveAnother = credential.reportRefused(token.value);
        if (!canGiveAnother)
            return fail({ ...reply.failure, advice: credential.refusedAdvice ?? reply.failure.advice });
    }
}
/**
 * Sends a request and waits for status and headers of the answer, but does not read the body.
 * @returns the answer, with any status; a failure only when no answer came
 */
async function openAnswer(connection, call, headers, signal) {
    return sendRequest(connection, call.operation, {
        method: call.method,
        url: `${connection.baseUrl}${call.path}`,
        headers: {
            accept: 'application/json',
            'accept-encoding': 'identity',
            ...(call.body && { 'content-type': 'application/json; charset=utf-8' }),
            ...headers,
        },
        ...(call.body && { body: JSON.stringify(call.body) }),
        signal,
    });
}
/** Sends a request to any host; logs its answer or network fault. @returns as `openAnswer` */
async function sendRequest({ transport, onAnswer }, operation, request) {
    try {
        const answer = await transport.send(request);
        onAnswer?.(`${operation}: HTTP ${answer.status}, log id ${logIdOf({ headers: answer.headers }) ?? 'none'}`);
        return { ok: true, value: answer };
    }
    catch (error) {
        const failure = classifyNetworkFault(error, operation, new URL(request.url).host, request.signal.reason);
        onAnswer?.(`${operation}: ${failure.what}`);
        return fail(failure);
    }
}
/**
 * Reads the body of an answer and classifies the answer. If the body is longer than `maxBodyBytes` or its
 * compression is not known, the answer is classified by its status and headers alone.
 * @param signal the signal of the request; if it is aborted, its reason explains the fault
 * @returns what `call.read` reads from a successful answer, otherwise a failure
 */
async function readAnswer(connection, call, answer, signal) {
    const { operation } = call;
    // The facts that are known before the body is read.
    const head = { operation, httpStatus: answer.status, headers: answer.headers, wallMs: connection.clock.wallMs() };
    // Undefined for a body that is too long or has an unknown compression.
    let text;
    try {
        text = await readText(answer, call.maxBodyBytes ?? MAX_BODY_BYTES);
    }
    catch (error) {
        // Even without a body, this status says that the rate limit refused the request.
        if (answer.status === 429)
            return fail(classify(head));
        const fault = classifyNetworkFault(error, operation, new URL(connection.baseUrl).host, signal.reason);
        return fail({ ...fault, httpStatus: answer.status, logId: logIdOf(head) });
    }
    const body = text === undefined ? undefined : tryParse(text);
    const envelope = readEnvelope(body);
    const codeless = text !== undefined && !envelope ? readCodeless(text, body, answer.headers) : undefined;
    const facts = { ...head, envelope, codeless };
    const isSuccess = envelope?.code === 0 && answer.status >= 200 && answer.status < 300;
    if (!isSuccess)
        return fail(classify(facts));
    try {
        return { ok: true, value: call.read(envelope), logId: logIdOf(facts) };
    }
    catch (error) {
        if (error instanceof json_WrongShape)
            return fail(shapeFailure(facts, error.message));
        throw error;
    }
}
/**
 * Makes the failure for a successful answer with an unexpected shape. It is transient, because another server of the
 * service may send the documented shape: see `callWithHeaders`.
 */
function shapeFailure(answer, detail) {
    return {
        class: 'transient',
        what: `Could not ${OPERATIONS[answer.operation].doing}: the answer has an unexpected shape (${detail})`,
        httpStatus: answer.httpStatus,
        logId: logIdOf(answer),
        origin: 'unexpected-shape',
    };
}
/** Parses JSON. @returns undefined when the text is not JSON */
function tryParse(text) {
    try {
        return parseJson(text);
    }
    catch {
        return undefined;
    }
}
/**
 * Reads and decompresses the body as text.
 * @returns undefined when the body is longer than `maxBytes`, compressed or not, or its compression is not known
 * @throws when the body is cut off, its compressed bytes are damaged, or the request is aborted
 */
async function readText(answer, maxBytes) {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of answer.body) {
        bytes += chunk.length;
        if (bytes > maxBytes) {
            answer.destroy();
            return undefined;
        }
        chunks.push(chunk);
    }
    const contentEncoding = answer.headers['content-encoding'];
    const decoded = await decodeBody(Buffer.concat(chunks), contentEncoding && String(contentEncoding), maxBytes);
    return decoded && new TextDecoder().decode(decoded);
}

;// CONCATENATED MODULE: ./src/feishu/auth/credentials.ts
/** The credential of an access token that the user gave: it cannot be renewed. */
function givenToken(accessToken) {
    return {
        token: () => Promise.resolve({ ok: true, value: accessToken }),
        reportAccepted: () => undefined,
        reportRefused: () => false,
    };
}
/**
 * The credential of an app: tenant access tokens, requested when needed. After a refusal, a token is requested again as a
 * replacement. If the service refuses the replacement and never accepted it, the cause is not the token. Then no other
 * token is requested.
 * @param mint requests a token; the service returns the same one until 30 minutes before it expires
 */
function mintedTokens(mint) {
    let current;
    let minting;
    // True from the refusal of a token until the service accepts its replacement.
    let isUnprovenReplacement = false;
    return {
        refusedAdvice: 'The service refuses tokens that it has just issued for this app. Check that `base-url` and the app belong to the' +
            ' same platform (Feishu or Lark), then run it again; if the error comes back, give the log id to Feishu support.',
        async token(signal) {
            if (current !== undefined)
                return { ok: true, value: current };
            // Parallel callers share one request. The signal of the first of them can end it for all.
            minting ??= mint(signal).finally(() => (minting = undefined));
            const reply = await minting;
            if (reply.ok)
                current = reply.value;
            return reply;
        },
        reportAccepted(token) {
            if (token === current)
                isUnprovenReplacement = false;
        },
        reportRefused(token) {
            // Another caller has replaced this token already, or is about to.
            if (token !== current)
                return true;
            if (isUnprovenReplacement)
                return false;
            isUnprovenReplacement = true;
            current = undefined;
            return true;
        },
    };
}

;// CONCATENATED MODULE: ./src/feishu/auth/tenant-token.ts



/**
 * Makes the credential of the requests from what the user gave.
 * Source: 自建应用获取 tenant_access_token, `POST /open-apis/auth/v3/tenant_access_token/internal`,
 * https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 * @param mask called with each token that the service issues for the app, before its first use. Not called with a token
 * that the user gave
 */
function createCredential(connection, input, mask) {
    if (input.kind === 'token')
        return givenToken(input.accessToken);
    return mintedTokens(async (signal) => {
        const reply = await callWithHeaders(connection, {
            operation: 'mint',
            method: 'POST',
            path: client_pathOf(['auth', 'v3', 'tenant_access_token', 'internal']),
            body: { app_id: input.appId, app_secret: input.appSecret },
            read: ({ whole }) => {
                const token = whole['tenant_access_token'];
                // The token is one word of the `authorization` header: it has printable ASCII characters only, and no blank.
                if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
                    throw new json_WrongShape('tenant_access_token is not a token');
                }
                return token;
            },
        }, 
        // No header with a token: this call requests the token.
        {}, signal);
        if (reply.ok)
            mask(reply.value);
        return reply;
    });
}

;// CONCATENATED MODULE: external "node:async_hooks"
const external_node_async_hooks_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __nccwpck_require__(779);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var proxy = __nccwpck_require__(783);
;// CONCATENATED MODULE: ./src/feishu/client/transport.ts





const MAX_HEADER_BYTES = 128 * 1024;
// For a name with several addresses, Node gives each address except the last 250 ms to connect. For a distant runner,
// that is too short. The time limit of a request is at least 2 s, so after 1 s there is time for the second address.
// Source: socket.connect(options), https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
const MIN_CONNECT_MS = 1_000;
// The signal of the request that http-client is just making.
const currentSignal = new external_node_async_hooks_namespaceObject.AsyncLocalStorage();
/** Removes the brackets around an IPv6 address. */
function withoutBrackets(options = {}) {
    if (options.host)
        options.host = options.host.replace(/^\[(.*)\]$/, '$1');
}
// http-client calls `prepareRequest` for each request. Only there can Node's options be set, such as the signal.
const nodeOptionsHandler = {
    prepareRequest(options) {
        const signal = currentSignal.getStore();
        if (signal)
            options.signal = signal;
        // A title of many emoji, percent-encoded in Content-Disposition, may be longer than Node's default of 16 kB.
        options.maxHeaderSize = MAX_HEADER_BYTES;
        // http-client passes on the brackets of [::1], which Node would look up as a name: of the host, and of the proxy.
        withoutBrackets(options);
        withoutBrackets(options.agent?.proxyOptions);
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('never called')),
};
/**
 * Makes the transport of the actions: @actions/http-client, which supports the runner's proxies (`https_proxy`,
 * `http_proxy`, `no_proxy`).
 * @param environment the variables that may name a proxy, checked before each request. http-client itself reads the
 * variables of the process
 */
function createTransport(userAgent, environment) {
    // For the whole process, since the connection to a proxy does not take the options of a request.
    (0,external_node_net_namespaceObject.setDefaultAutoSelectFamilyAttemptTimeout)(Math.max(MIN_CONNECT_MS, (0,external_node_net_namespaceObject.getDefaultAutoSelectFamilyAttemptTimeout)()));
    // One client for each protocol, since a client would use its agent for another protocol, too.
    const clients = new Map();
    const clientFor = (url) => {
        const { protocol } = new URL(url);
        let client = clients.get(protocol);
        if (!client) {
            // Callers retry and follow redirects where needed. http-client would retry only after a 502, 503 or 504, and its
            // redirects can leak the credential.
            client = new lib/* HttpClient */.Qq(userAgent, [nodeOptionsHandler], {
                allowRedirects: false,
                allowRetries: false,
                keepAlive: true,
            });
            clients.set(protocol, client);
        }
        return client;
    };
    return {
        async send({ method, url, headers, body, signal }) {
            const target = new URL(url);
            const fault = (0,proxy/* checkBypass */.H)(target) ? undefined : findProxyFault(environment, target.protocol);
            if (fault)
                throw new UnusableProxy(fault);
            const { message } = await rejectOnAbort(signal, currentSignal.run(signal, () => clientFor(url).request(method, url, body ?? null, { ...headers })));
            return {
                status: message.statusCode ?? 0,
                headers: message.headers,
                body: readComplete(message, signal),
                destroy: () => message.destroy(),
            };
        },
        dispose() {
            for (const client of clients.values())
                client.dispose();
        },
    };
}
/**
 * True for a chunked body, which has a last chunk. With any other coding, the end of the connection ends the body.
 * Source: RFC 9112, HTTP/1.1, 6.3, https://www.rfc-editor.org/rfc/rfc9112
 */
const isChunked = (transferEncoding) => /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''));
/**
 * Yields a body, and throws when it is cut off. A body that does not mark its end (no length, no chunks) ends with the
 * connection. Node takes a reset or an abort for that end and throws nothing. So an error is thrown here. A normal close
 * is always the end of such a body.
 */
async function* readComplete(message, signal) {
    yield* message;
    const { headers, socket } = message;
    const marksItsEnd = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding']);
    if (signal.aborted)
        throw new Error('aborted', { cause: signal.reason });
    if (!marksItsEnd && socket.errored)
        throw socket.errored;
}
/**
 * Waits for the work, but rejects as soon as the signal is aborted. Needed for a request that waits for a proxy: Node
 * cannot abort such a request, which then continues.
 */
function rejectOnAbort(signal, work) {
    return new Promise((resolve, reject) => {
        const abandon = () => reject(new Error('aborted', { cause: signal.reason }));
        if (signal.aborted)
            abandon();
        else
            signal.addEventListener('abort', abandon, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
    });
}

;// CONCATENATED MODULE: ./src/feishu/client/connect.ts



/** Opens a session with the Open API; no request is sent yet. */
function connect(options) {
    const { baseUrl, credential, clock, mask, debug, action, environment = {} } = options;
    const transport = createTransport(`feishu-export-action/${VERSION} (${action})`, environment);
    let sent = 0;
    const connection = {
        transport: {
            send(request) {
                sent++;
                return transport.send(request);
            },
            dispose: () => transport.dispose(),
        },
        baseUrl,
        clock,
        onAnswer: debug,
    };
    return {
        connection,
        credential: createCredential(connection, credential, mask),
        requests: () => sent,
        dispose: () => transport.dispose(),
    };
}

// EXTERNAL MODULE: ./src/feishu/tasks/export-formats.ts
var export_formats = __nccwpck_require__(252);
;// CONCATENATED MODULE: ./src/feishu/tasks/job-status.ts



const CREATE_AGAIN = 'Create a new export task; this one stays failed.';
/**
 * Every job status that ends a task in failure.
 * Source: 查询导出任务结果, field `job_status`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get; the labels are the official CLI's.
 */
const FAILED_STATUSES = {
    3: {
        label: 'internal_error',
        meaning: 'an internal error of the export service (内部错误)',
        advice: `${CREATE_AGAIN} If that fails too, give the log id to Feishu support.`,
        newTaskMayHelp: true,
    },
    107: {
        label: 'export_size_limit',
        meaning: 'the document is too large (导出文档过大)',
        advice: 'Split the document, or try another file extension: Word takes documents with up to 1 GB of resources, PDF up to 128 MB.',
    },
    108: {
        label: 'timeout',
        meaning: "the export service's own time-out (处理超时)",
        advice: `${CREATE_AGAIN} If it happens again, split the document.`,
        newTaskMayHelp: true,
    },
    109: {
        label: 'export_block_not_permitted',
        meaning: 'no permission on a part of the document (导出内容块无权限)',
        advice: 'Give the app or user access to the embedded and synced blocks of the document too, or remove them.',
    },
    110: {
        label: 'no_permission',
        meaning: 'no permission on the document (无权限)',
        advice: `${ADD_APP}.`,
    },
    111: {
        label: 'docs_deleted',
        meaning: 'the document was deleted (导出文档已删除)',
        advice: 'Restore it from the recycle bin (回收站), or export another one.',
    },
    122: {
        label: 'export_denied_on_copying',
        meaning: 'the document is being copied (创建副本中禁止导出)',
        advice: 'Wait until the copy is complete, then create a new export task; this one stays failed.',
        newTaskMayHelp: true,
    },
    123: {
        label: 'docs_not_exist',
        meaning: 'there is no such document (导出文档不存在)',
        advice: "Check the token: the token in a wiki link is the page's, not the document's. The create step resolves wiki links.",
    },
    6000: {
        label: 'export_images_exceed_limit',
        meaning: 'the document has too many images (导出文档图片过多)',
        advice: 'Take some images out, or split the document.',
    },
};
// The values of `job_status` that do not end a task in failure.
const SUCCESS = 0;
const NEW = 1;
const PROCESSING = 2;
/**
 * Classifies the `data` of a successful answer to the status query. A task without a result, or with the status of
 * success but without a file token, is still being processed.
 * @throws WrongShape when `data` has an unexpected shape: such an answer says neither success nor failure
 */
function job_status_classifyJobStatus(data) {
    const processing = (code) => ({
        kind: 'pending',
        status: { label: 'processing', code },
    });
    if (data === undefined || data === null)
        return processing(undefined);
    if (!isObject(data))
        throw new WrongShape('data is not an object');
    const result = data['result'];
    if (result === undefined || result === null)
        return processing(undefined);
    if (!isObject(result))
        throw new WrongShape('data.result is not an object');
    const code = statusCodeOf(result['job_status']);
    if (code === NEW)
        return { kind: 'pending', status: { label: 'new', code } };
    if (code === PROCESSING)
        return processing(code);
    if (code === SUCCESS) {
        const fileToken = result['file_token'];
        if (fileToken === undefined || fileToken === null)
            return processing(code);
        if (typeof fileToken !== 'string')
            throw new WrongShape('file_token is not a string');
        if (fileToken.trim() === '')
            return processing(code);
        // A download with this token would fail, so the step must not succeed.
        const isToken = FILE_TOKEN.test(fileToken) && fileToken.length <= MAX_FILE_TOKEN_LENGTH;
        if (!isToken)
            throw new WrongShape('file_token is not a token');
        return { kind: 'done', status: { label: 'success', code }, file: fileOf(result, fileToken) };
    }
    return failedState(code, result);
}
/** Reads a status: an integer, or the digits that `parseJson` makes of one with 16 to 20 digits. @throws WrongShape */
function statusCodeOf(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return value;
    if (typeof value === 'string' && /^-?[1-9]\d{15,19}$/.test(value))
        return value;
    throw new WrongShape(value === undefined ? 'job_status is missing' : 'job_status is not an integer');
}
/** Makes the state of a task that failed. A status that this action does not know is a failure, too. */
function failedState(code, result) {
    const known = FAILED_STATUSES[Number(code)];
    const reason = result['job_error_msg'];
    const status = { label: known?.label ?? `status_${code}`, code };
    const failure = {
        class: 'permanent',
        what: `The export failed with status ${code} (${status.label}): ${known?.meaning ?? 'this action does not know that number'}`,
        advice: known?.advice ?? `${CREATE_AGAIN} If that fails too, give number and log id to Feishu support.`,
        // The service may write `success` even for a task that failed.
        serviceMessage: typeof reason === 'string' && reason !== '' && reason !== 'success' ? reason : undefined,
    };
    // The cause of an unknown status is not known, so only the user may decide to create a new task.
    return { kind: 'failed', status, failure, newTaskMayHelp: known?.newTaskMayHelp ?? false };
}
/** Reads the facts about the exported file; a field without a usable value becomes undefined. */
function fileOf(result, fileToken) {
    const text = (name) => {
        const value = result[name];
        return typeof value === 'string' ? value : undefined;
    };
    // A number, or digits: `parseJson` makes these of a long number.
    const size = result['file_size'];
    const isSize = typeof size === 'number' ? Number.isSafeInteger(size) && size >= 0 : /^\d+$/.test(text('file_size') ?? '');
    return {
        fileToken,
        fileName: text('file_name'),
        fileExtension: text('file_extension'),
        type: text('type'),
        fileSize: isSize ? String(size) : undefined,
    };
}

;// CONCATENATED MODULE: ./src/feishu/client/poll-attempt.ts
/** Converts a reply for the poll loop: a value or a permanent failure ends the poll, other failures are retried. */
function toPollAttempt(reply) {
    if (reply.ok)
        return { kind: 'done', value: reply.value };
    const { failure } = reply;
    switch (failure.class) {
        case 'transient':
            return { kind: 'fault', failure, ...(failure.madeProgress && { madeProgress: true }) };
        case 'rate-limit':
            return { kind: 'refused', failure, askedMs: failure.askedMs };
        case 'permanent':
            return { kind: 'failed', failure };
    }
}

;// CONCATENATED MODULE: ./src/feishu/tasks/export-tasks.ts






const EXPORT_TASKS = ['drive', 'v1', 'export_tasks'];
/**
 * Queries the status of an export task.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get
 * @returns the state of the task, or a failure of the request. A task that failed is not a failure of the request: its
 * state has its own failure, with the log id. Never throws for errors of the service or the network.
 */
async function queryTask(connection, credential, task, signal) {
    const call = {
        operation: 'query',
        method: 'GET',
        path: pathOf([...EXPORT_TASKS, task.ticket], { token: task.token }),
        read: (envelope) => classifyJobStatus(envelope.data),
    };
    const reply = await callApi(connection, credential, call, signal);
    if (!reply.ok || reply.value.kind !== 'failed')
        return reply;
    const failure = { ...reply.value.failure, logId: reply.logId };
    return { ...reply, value: { ...reply.value, failure } };
}
/**
 * Creates an export task. The request is sent again only if the service refused its access token. Never throws for
 * errors of the service or the network.
 * Source: 创建导出任务, `POST /open-apis/drive/v1/export_tasks`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/create
 */
async function createTask(connection, credential, task, signal) {
    const call = {
        operation: 'create',
        method: 'POST',
        path: client_pathOf(EXPORT_TASKS),
        body: {
            file_extension: task.fileExtension,
            token: task.token,
            type: task.type,
            ...(task.subId !== undefined && { sub_id: task.subId }),
        },
        read: ({ data }) => ticketOf(data),
    };
    // Of the last request alone: each earlier one was answered, with a refusal of its access token.
    let lost = false;
    const reply = await withToken(credential, signal, async (authorization) => {
        // At most one: `callWithHeaders` sends a request that creates a task only once.
        const networkErrors = [];
        const watched = watchErrors(connection, (error) => networkErrors.push(error));
        const attempted = await callWithHeaders(watched, call, authorization, signal);
        lost = !attempted.ok && isLost(attempted.failure) && !networkErrors.some(neverArrived);
        return attempted;
    });
    return { reply, lost };
}
/**
 * Makes a connection that calls `onError` with each error of `transport.send`. The error is then thrown as before.
 * Without `onError`, the caller would get only the `Failure` that is made from the error.
 */
function watchErrors(connection, onError) {
    const { transport } = connection;
    return {
        ...connection,
        transport: {
            ...transport,
            send: (request) => transport.send(request).catch((error) => {
                onError(error);
                throw error;
            }),
        },
    };
}
/** Reads the ticket, which may be a number. @throws WrongShape */
function ticketOf(data) {
    const ticket = json_isObject(data) ? data['ticket'] : undefined;
    const text = typeof ticket === 'number' ? String(ticket) : ticket;
    if (typeof text !== 'string' || !/^[\w-]{1,64}$/.test(text))
        throw new json_WrongShape('data.ticket is not a ticket');
    return text;
}
/** True for the error of a request that was not sent: the DNS lookup, the connection or the tunnel of the proxy failed. */
function neverArrived(error) {
    const { syscall = '', message = '', errors } = error;
    // If the name has several addresses, `errors` has an error for each.
    if (errors)
        return errors.every(neverArrived);
    // `code` is not used: EHOSTUNREACH, for example, may also come from a read after the request was sent.
    return /^(connect|getaddrinfo)$/.test(syscall) || message.startsWith('tunneling socket could not be established');
}
/**
 * True when the service may have received the request, but did not answer clearly:
 * - the connection broke
 * - no answer came in time
 * - the answer has neither a ticket nor an error code
 */
function isLost({ class: kind, code, httpStatus }) {
    // A status 502 or 503 comes from a gateway: the request did not reach the service.
    return kind === 'transient' && code === undefined && httpStatus !== 502 && httpStatus !== 503;
}
/**
 * Makes the attempts of a poll that creates one task. A request whose answer was lost is repeated once, so that at most
 * one extra task is created. A second lost answer ends the poll. Other failures that are not permanent are retried
 * until the deadline.
 * @returns `attempt`, and a function that returns how many answers were lost so far
 */
function creationAttempts(connection, credential, task) {
    let lostAnswers = 0;
    return {
        async attempt(signal) {
            const { reply, lost } = await createTask(connection, credential, task, signal);
            if (lost)
                lostAnswers++;
            // An answer that was lost because the step was stopped does not fail the poll, which then ends as stopped.
            const isStopped = signal.aborted && signal.reason !== ATTEMPT_TIMED_OUT;
            if (!reply.ok && lost && lostAnswers > 1 && !isStopped)
                return toPollAttempt(fail(lostTwice(reply.failure)));
            return toPollAttempt(reply);
        },
        countLostAnswers: () => lostAnswers,
    };
}
/** Makes the permanent failure after the second lost answer. @param failure the failure of the last request */
function lostTwice(failure) {
    return {
        ...failure,
        class: 'permanent',
        what: `${failure.what}. It was the second answer that was lost`,
        advice: 'Each of the two requests may have created a task, which harms nobody; a third one is not sent.' +
            ' Check the network between the runner and `base-url`, then run the step again.',
    };
}

;// CONCATENATED MODULE: ./src/feishu/errors/poll-end.ts


/**
 * Describes how a poll ended, in complete sentences for the user. If it failed: the failure with its advice and links. If
 * it was stopped: the cause, the last failure, its advice (only after a time-out), and how to continue.
 */
function describeEnd(end, { notDone, timeoutMs, howToContinue }) {
    if (end.kind === 'failed')
        return describe(end.failure);
    const lastRequest = end.lastFailure && `The last request failed: ${describeWithoutAdvice(end.lastFailure)}.`;
    // After a cancel, the failure is not the reason for the end, so there is nothing to cure.
    const advice = end.kind === 'timed-out' ? end.lastFailure?.advice : undefined;
    return [causeOf(end, notDone, timeoutMs), lastRequest, advice, howToContinue]
        .filter((part) => part !== undefined)
        .join(' ');
}
/**
 * Says why the poll was stopped: the user cancelled, or no time was left for another attempt. After a refusal by the rate
 * limit, no time is left if the pause would last beyond the timeout.
 */
function causeOf(end, notDone, timeoutMs) {
    if (end.kind === 'cancelled')
        return `Cancelled: ${notDone}.`;
    const limit = `${(0,src_text/* formatDuration */.a3)(timeoutMs)} (\`timeout-seconds\`)`;
    if (end.refusedForMs === undefined)
        return `Time is up: ${notDone} within ${limit}.`;
    const wait = `wait ${(0,src_text/* formatDuration */.a3)(end.refusedForMs)}, longer than what is left of ${limit}: ${notDone}.`;
    return end.lastFailure?.askedMs === undefined
        ? `The rate limit does not say how long to wait. The next attempt would ${wait}`
        : `The rate limit asks to ${wait}`;
}
/** The failure that ended the poll or, after a time-out or cancel, `lastFailure` (see `PollEnd`), which may be undefined. */
function failureOf(end) {
    return end.kind === 'failed' ? end.failure : end.lastFailure;
}
/** Describes a failed attempt that will be retried, as a log line. */
function describeRetry(failure, pauseMs) {
    return `${describeWithoutAdvice(failure)}; trying again in ${(0,src_text/* formatDuration */.a3)(pauseMs)}`;
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki.ts


/**
 * Queries a page of a knowledge base by its node token, in one request. For a shortcut, the answer has the document of
 * its target.
 * Source: 获取知识空间节点信息, `GET /open-apis/wiki/v2/spaces/get_node`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/get_node
 * @param read reads the node; throws `WrongShape` for an unexpected shape
 * @returns what `read` returns, or a failure; never throws for errors of the service or the network
 */
function getNode(connection, credential, nodeToken, read, signal) {
    return client_callApi(connection, credential, {
        operation: 'wikiNode',
        method: 'GET',
        path: client_pathOf(['wiki', 'v2', 'spaces', 'get_node'], { token: nodeToken }),
        read({ data }) {
            const node = json_isObject(data) ? data['node'] : undefined;
            if (!json_isObject(node))
                throw new json_WrongShape('data.node is not an object');
            return read(node);
        },
    }, signal);
}
/**
 * Queries a page of a knowledge base, and reads only the document behind it. `wikiNode` in wiki-tree.ts sends the same
 * request and reads a whole `WikiNode`.
 */
function queryWikiTarget(connection, credential, nodeToken, signal) {
    return getNode(connection, credential, nodeToken, targetOf, signal);
}
/** Reads the document behind a node. @throws WrongShape */
function targetOf(node) {
    const { obj_token: objToken, obj_type: objType, title } = node;
    if (typeof objToken !== 'string' || !/^[\w-]+$/.test(objToken))
        throw new json_WrongShape('obj_token is not a token');
    if (typeof objType !== 'string' || !/^\w{1,40}$/.test(objType))
        throw new json_WrongShape('obj_type is not a word');
    return { objToken, objType, title: typeof title === 'string' ? title : undefined };
}

;// CONCATENATED MODULE: ./src/polling/history.ts
// The window in which the service counts requests.
const history_MINUTE_MS = 60_000;
/** Collects the results of the attempts of a poll, on which the next pause and the next time limit depend. */
class PollHistory {
    startMs;
    /** The failure of the last recorded attempt, if that was a fault or a refusal. */
    lastFailure;
    /** How many of the last attempts, in a row, ended with a fault; after progress, the count starts again. */
    faultsInARow = 0;
    /** How many of the last attempts, in a row, reached their time limit. */
    hangsInARow = 0;
    refusals = 0;
    lastRefusal;
    /** The start times of the attempts of the last minute that found the task unfinished. */
    pendingAtMs = [];
    /** @param startMs when the poll began */
    constructor(startMs) {
        this.startMs = startMs;
    }
    /** Adds the result of an attempt that did not end the poll. */
    record(result, { startedAtMs, endedAtMs, limitMs }) {
        this.pendingAtMs = this.pendingAtMs.filter((atMs) => atMs > startedAtMs - history_MINUTE_MS);
        if (result.kind === 'pending')
            this.pendingAtMs.push(startedAtMs);
        if (result.kind === 'refused') {
            this.refusals++;
            this.lastRefusal = { atMs: endedAtMs, attemptsInMinute: this.pendingAtMs.length };
        }
        const isFault = result.kind === 'fault';
        if (!isFault || result.madeProgress === true)
            this.faultsInARow = 0;
        if (isFault)
            this.faultsInARow++;
        const isHang = isFault && endedAtMs - startedAtMs >= limitMs;
        this.hangsInARow = isHang ? this.hangsInARow + 1 : 0;
        this.lastFailure = 'failure' in result ? result.failure : undefined;
    }
    /** The facts that the pause after the last attempt depends on. */
    pauseFacts({ startedAtMs, endedAtMs }, parallelJobs, random) {
        const lastRefusal = this.lastRefusal && {
            agoMs: endedAtMs - this.lastRefusal.atMs,
            attemptsInMinute: this.lastRefusal.attemptsInMinute,
        };
        return {
            elapsedMs: endedAtMs - this.startMs,
            roundTripMs: endedAtMs - startedAtMs,
            parallelJobs,
            refusals: this.refusals,
            lastRefusal,
            random,
        };
    }
}

;// CONCATENATED MODULE: ./src/polling/schedule.ts
// The service takes 100 requests a minute from all jobs of an app together.
const LIMIT_PER_MINUTE = 100;
const schedule_MINUTE_MS = 60_000;
// More jobs than this do not make the pauses longer: no job waits two minutes so that others can poll.
const MAX_PARALLEL_JOBS = 175;
// Exports take from a few seconds to ten minutes. If each pause is a tenth of the time waited so far, the end is seen
// within 10 % of the export's duration. Even with the shortest pauses, one minute needs 40 attempts and ten minutes 99.
const MIN_SHARE = 0.09;
const MAX_SHARE = 0.1;
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 10_000;
// Parallel jobs may poll a long export more often than a single job, whose number of requests a test limits.
const MAX_PAUSE_IN_FLEET_MS = 5_000;
/** The value at a part of the way from `low` to `high`. @param random the part: 0 is `low`, 1 is `high` */
const between = (low, high, random) => low + (high - low) * random;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/**
 * The adaptive schedule. A single job polls immediately, then after pauses that grow with the time waited so far. Each
 * of several parallel jobs spreads its share of the limit over a minute. It repeats that every minute, when its earlier
 * requests no longer count. So up to 100 jobs that know their number are not refused, if nobody else uses the limit. This
 * holds whichever way the service counts. After a refusal, the pauses also depend on how many attempts succeeded in the
 * minute before (see `pauseSinceRefusalMs`).
 */
const adaptiveSchedule = {
    firstDelayMs(parallelJobs, random) {
        if (parallelJobs <= 1)
            return 0;
        const jobs = plannedJobs(parallelJobs);
        // The first attempts of all jobs are spread over the time in which each job makes one attempt. One attempt is this
        // share of those that a job makes in a minute (see `plannedPauseMs`). The time is at most a minute, even with more
        // jobs than requests in the limit. A large matrix does not run all its jobs at the same time.
        const maxShare = Math.min(jobs / LIMIT_PER_MINUTE, 1);
        return leadMs(jobs) + timeOfShareMs(random * maxShare, jobs);
    },
    nextDelayMs(facts) {
        const { parallelJobs, lastRefusal } = facts;
        if (lastRefusal)
            return Math.max(ownPauseMs(facts), pauseSinceRefusalMs(facts, lastRefusal));
        if (parallelJobs <= 1)
            return ownPauseMs(facts);
        return Math.max(Math.min(ownPauseMs(facts), MAX_PAUSE_IN_FLEET_MS), plannedPauseMs(facts));
    },
};
/** The pause of a job that has the limit for itself, in milliseconds: a share of the time waited so far. */
function ownPauseMs({ elapsedMs, random }) {
    const proportional = elapsedMs * between(MIN_SHARE, MAX_SHARE, random);
    return clamp(proportional, MIN_PAUSE_MS * between(1, 1.3, random), MAX_PAUSE_MS * between(0.95, 1.1, random));
}
/**
 * The number of parallel jobs that the plan of a job assumes; it may be a fraction. With up to 100 jobs, each plans a
 * whole number of attempts a minute. So 60 jobs plan as 100 do, one attempt each; 40 plan as 50 do, two each. More than
 * 100 jobs plan with their real number, at most `MAX_PARALLEL_JOBS`.
 */
function plannedJobs(parallelJobs) {
    if (parallelJobs > LIMIT_PER_MINUTE)
        return Math.min(parallelJobs, MAX_PARALLEL_JOBS);
    // Without rounding, each of sixty jobs could make 1.7 attempts a minute. If by chance many made two in the same minute,
    // they would exceed the limit.
    const attemptsPerMinute = Math.floor(LIMIT_PER_MINUTE / parallelJobs);
    return LIMIT_PER_MINUTE / attemptsPerMinute;
}
// How a job distributes its attempts over a minute. Most exports end within 15 s; almost all others are large tables
// that take one to three minutes. With ten jobs, each has an attempt about every six seconds, a few more early in the
// minute. With fifty, each has two attempts a minute: one while most exports end, one for those that take a little
// longer. Between ten and fifty, the shares are interpolated.
const STAGES = [
    { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
    { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
    { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
];
// A quarter of a second more than a minute, since not all requests take the same time to arrive.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
/**
 * The time before the first attempt, in milliseconds. Hardly any export ends so early, and with many jobs attempts are
 * scarce.
 */
function leadMs(parallelJobs) {
    return Math.min(parallelJobs * 100, 3_000);
}
/**
 * The time at which a job has made a share of its attempts, in milliseconds after the lead (see `leadMs`). A share of 1
 * is all its attempts of the first minute, 2 those of two minutes. `STAGES` says how the attempts are distributed within
 * a minute. With fifty jobs, a share of 0.5 is made after 13 s, and a share of 1.5 after `PLAN_MS` + 13 s.
 */
function timeOfShareMs(share, parallelJobs) {
    let timeMs = Math.floor(share) * PLAN_MS;
    let left = share % 1;
    for (const stage of STAGES) {
        const ofStage = shareOf(stage, parallelJobs);
        if (left < ofStage)
            return timeMs + (left / ofStage) * stage.lastsMs;
        left -= ofStage;
        timeMs += stage.lastsMs;
    }
    // Reached only if rounding leaves a tiny rest.
    return timeMs;
}
/**
 * The inverse of `timeOfShareMs`: the share of its attempts that a job has made `timeMs` after the lead. 0.5 is half of
 * those of one `PLAN_MS`, 2 is all those of two.
 */
function shareAtTime(timeMs, parallelJobs) {
    let share = Math.floor(timeMs / PLAN_MS);
    let leftMs = timeMs - share * PLAN_MS;
    for (const stage of STAGES) {
        share += shareOf(stage, parallelJobs) * clamp(leftMs / stage.lastsMs, 0, 1);
        leftMs -= stage.lastsMs;
    }
    return share;
}
/** The share of its attempts that a job makes in a stage. */
function shareOf({ shareOfTen, shareOfFifty }, parallelJobs) {
    return between(shareOfTen, shareOfFifty, clamp((parallelJobs - 10) / 40, 0, 1));
}
/**
 * The pause of a job that knows how many jobs share the limit, in milliseconds: until its next planned attempt. The
 * plan counts from the sending of the last attempt, so that slow answers do not shift it. The pause is negative if the
 * answer came too late for the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, parallelJobs }) {
    const jobs = plannedJobs(parallelJobs);
    // When the last attempt was sent, counted from the end of the lead.
    const sentAtMs = Math.max(0, elapsedMs - roundTripMs - leadMs(jobs));
    // A job may make LIMIT_PER_MINUTE / jobs attempts a minute; together, they are a share of 1. With 50 jobs, these are two
    // attempts, each with a share of 0.5.
    const shareOfOneAttempt = jobs / LIMIT_PER_MINUTE;
    const nextShare = shareAtTime(sentAtMs, jobs) + shareOfOneAttempt;
    return timeOfShareMs(nextShare, jobs) - sentAtMs - roundTripMs;
}
// A job that does not know about other jobs doubles its maximum pause with each refusal. With the longest one it polls
// twice a minute, and fifty jobs can do so.
const FIRST_REFUSED_PAUSE_MS = 5_000;
const MAX_REFUSED_PAUSE_MS = 30_000;
/**
 * The pause after an attempt that was not refused, if an earlier one was, in milliseconds. (`refusedDelayMs` is the pause
 * directly after a refusal.) At the refusal, the limit was used up. So the attempts that succeeded in the minute before
 * the refusal are this job's share of the limit.
 */
function pauseSinceRefusalMs({ parallelJobs, refusals, random }, { agoMs, attemptsInMinute }) {
    const jitter = between(0.9, 1.1, random);
    if (parallelJobs > 1) {
        // The measured number is partly chance, so it is averaged with this job's equal part of the limit.
        const attemptsPerMinute = (attemptsInMinute + LIMIT_PER_MINUTE / parallelJobs) / 2;
        // The pause with which MAX_PARALLEL_JOBS jobs use up the limit: 105 s.
        const maxPauseMs = (MAX_PARALLEL_JOBS * schedule_MINUTE_MS) / LIMIT_PER_MINUTE;
        return Math.min((jitter * schedule_MINUTE_MS) / attemptsPerMinute, maxPauseMs);
    }
    const backedOffMs = Math.min(FIRST_REFUSED_PAUSE_MS * 2 ** (refusals - 1), MAX_REFUSED_PAUSE_MS);
    // With few attempts in the minute, this job's share of the limit gives a long pause, or an infinite one. But early in a
    // wait, few attempts do not mean a small share. So the back-off is the maximum.
    const pauseMs = Math.min(backedOffMs, schedule_MINUTE_MS / attemptsInMinute);
    // As other exports end, fewer jobs poll: the pause is half as long after a minute, a third as long after two.
    return (jitter * pauseMs) / (1 + agoMs / schedule_MINUTE_MS);
}
/** Makes a schedule in which all pauses are equal. Only the delay before the first attempt is that of `adaptiveSchedule`. */
function fixedSchedule(pauseMs) {
    return {
        firstDelayMs: adaptiveSchedule.firstDelayMs,
        nextDelayMs: () => pauseMs,
    };
}

;// CONCATENATED MODULE: ./src/polling/retry-delays.ts

// With more waiting jobs than this, some are refused again in any case. The others need not wait longer for those.
const MAX_WAITING_JOBS = 70;
// Added to the time that the service asks for, so that no request comes a little too early.
const AFTER_ASKED_MS = 50;
const MIN_SPREAD_MS = 200;
// These two are for a service that does not say how long to wait. The jitter is added to the pause.
const MIN_UNASKED_SPREAD_MS = 5_000;
const MAX_UNASKED_PAUSE_MS = 300_000;
/**
 * The pause after a request that the rate limit refused, in milliseconds: the time that the service asks to wait, plus
 * jitter. If the service names no time, the pause is at least a minute. With each refusal it grows, up to five
 * minutes plus jitter.
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control (wait
 * `x-ogw-ratelimit-reset` seconds); without the header, the official CLI advises a minute at least.
 */
function refusedDelayMs(askedMs, { parallelJobs, refusals, random }) {
    // A job that does not know about other jobs can only guess. It assumes one more waiting job after each refusal, up to
    // half of the maximum.
    const waitingJobs = parallelJobs > 1 ? Math.min(parallelJobs, MAX_WAITING_JOBS) : Math.min(refusals, MAX_WAITING_JOBS / 2);
    const spreadMs = retriesSpreadMs(askedMs ?? 0, waitingJobs);
    if (askedMs !== undefined)
        return askedMs + AFTER_ASKED_MS + random * spreadMs;
    const pauseMs = Math.min(schedule_MINUTE_MS * 1.5 ** (refusals - 1), MAX_UNASKED_PAUSE_MS);
    return pauseMs + random * Math.max(spreadMs, MIN_UNASKED_SPREAD_MS);
}
/**
 * The time over which waiting jobs spread their retries, in milliseconds. A request counts for a minute, and the wait ends
 * when the oldest request stops counting. If the wait is 1 s, that request is 59 s old: the requests of the whole limit came
 * in 59 s, and stop counting in 59 s. So 10 jobs, a tenth of the limit, spread their retries over a tenth of that.
 */
function retriesSpreadMs(waitMs, waitingJobs) {
    const oldestAgeMs = Math.max(schedule_MINUTE_MS - waitMs, 0);
    return MIN_SPREAD_MS + (oldestAgeMs * waitingJobs) / LIMIT_PER_MINUTE;
}
const FIRST_BACK_OFF_MS = 500;
/**
 * The pause after a transient fault, in milliseconds: that of the schedule, but at least a back-off. The back-off
 * doubles with each fault in a row, up to ten seconds. A jitter of up to 30 % is added to the back-off.
 */
function faultDelayMs(schedule, faultsInARow, facts) {
    const doubledMs = FIRST_BACK_OFF_MS * 2 ** (faultsInARow - 1);
    const backOffMs = Math.min(doubledMs, MAX_PAUSE_MS) * between(1, 1.3, facts.random);
    return Math.max(schedule.nextDelayMs(facts), backOffMs);
}

;// CONCATENATED MODULE: ./src/polling/poll.ts




// An answer takes a fraction of a second, so ten seconds of silence mean a hung connection. For a service that is
// really so slow, the limit doubles after each time-out in a row.
const MAX_ATTEMPT_MS = 10_000;
const MIN_ATTEMPT_MS = 2_000;
const MAX_LIMIT_DOUBLINGS = 6;
/**
 * Repeats an attempt until its result is final, the user cancels, or there is no time left for another attempt.
 * @returns how the poll ended; throws only what `attempt` throws
 */
async function poll(options) {
    const { attempt, schedule, parallelJobs, clock, deadline, random, onAttempt } = options;
    const history = new PollHistory(clock.nowMs());
    const endIfStopped = () => {
        const reason = deadline.stopReason();
        return reason && { kind: reason, lastFailure: history.lastFailure };
    };
    await (0,polling_clock/* sleep */.y)(clock, firstDelayMs(options), deadline.signal);
    for (;;) {
        const endBefore = endIfStopped();
        if (endBefore)
            return endBefore;
        const limitMs = baseLimitMs(options) * 2 ** Math.min(history.hangsInARow, MAX_LIMIT_DOUBLINGS);
        const startedAtMs = clock.nowMs();
        const result = await withTimeLimit(clock, limitMs, deadline.signal, attempt);
        const times = { startedAtMs, endedAtMs: clock.nowMs(), limitMs };
        if (result.kind === 'done' || result.kind === 'failed')
            return result;
        // The result of an attempt that the deadline or a cancel ended is not recorded: it is not the service's answer.
        const endAfter = endIfStopped();
        if (endAfter)
            return endAfter;
        history.record(result, times);
        const pauseFacts = history.pauseFacts(times, parallelJobs, random());
        const pauseMs = pauseAfter(result, schedule, history.faultsInARow, pauseFacts);
        const next = limitPause(result, pauseMs, deadline.remainingMs(), times);
        if (next.kind === 'timed-out')
            return { ...next, lastFailure: history.lastFailure };
        onAttempt?.(result, next.pauseMs);
        await (0,polling_clock/* sleep */.y)(clock, next.pauseMs, deadline.signal);
    }
}
/** The pause before the first attempt, in milliseconds. */
function firstDelayMs({ schedule, parallelJobs, deadline, random }) {
    // Even with many parallel jobs, at least one attempt is made before a short timeout.
    return Math.min(schedule.firstDelayMs(parallelJobs, random()), deadline.remainingMs() - lastAttemptMarginMs(0));
}
/** The time limit of an attempt that does not follow a hang, in milliseconds. */
function baseLimitMs({ attemptLimitMs, deadline }) {
    return attemptLimitMs ?? Math.min(Math.max(deadline.timeoutMs / 4, MIN_ATTEMPT_MS), MAX_ATTEMPT_MS);
}
/** The pause after an attempt that did not end the poll, in milliseconds, without regard to the deadline. */
function pauseAfter(result, schedule, faultsInARow, facts) {
    switch (result.kind) {
        case 'refused':
            return refusedDelayMs(result.askedMs, facts);
        case 'fault':
            return faultDelayMs(schedule, faultsInARow, facts);
        default:
            return schedule.nextDelayMs(facts);
    }
}
/**
 * Shortens a pause so that there is time for another attempt before the deadline. After a refusal, the pause is never
 * shorter than the service asks for, even if the next answer may come too late. If the service does not say how long to
 * wait, the pause after the refusal is not shortened at all.
 * @returns `timed-out` when there is no time left for another attempt
 */
function limitPause(result, pauseMs, remainingMs, { startedAtMs, endedAtMs }) {
    const minPauseMs = result.kind === 'refused' ? (result.askedMs ?? pauseMs) : 0;
    if (result.kind === 'refused' && minPauseMs >= remainingMs)
        return { kind: 'timed-out', refusedForMs: minPauseMs };
    // The duration of a fault, such as a hang, says nothing about how long the next answer will take.
    const roundTripMs = result.kind === 'fault' ? 0 : endedAtMs - startedAtMs;
    const maxPauseMs = remainingMs - lastAttemptMarginMs(roundTripMs);
    if (maxPauseMs <= 0)
        return { kind: 'timed-out' };
    return { kind: 'pause', pauseMs: Math.max(minPauseMs, Math.min(pauseMs, maxPauseMs)) };
}
/**
 * The minimum time between the last attempt and the deadline, in milliseconds, so that the answer is in time.
 * @param roundTripMs how long an answer takes; 0 if it is not known
 */
function lastAttemptMarginMs(roundTripMs) {
    return Math.min(250 + 2 * roundTripMs, 1_000);
}

;// CONCATENATED MODULE: ./src/create/run.ts










/**
 * Creates the export task; looks up the document behind a wiki page first.
 * @returns the ticket and the properties of the task as outputs, or the error that fails the step
 */
async function run(inputs, tools) {
    const { clock, log } = tools;
    const deadline = startDeadline(clock, inputs.timeoutMs, tools.cancel);
    const session = connect({ ...inputs, ...tools, debug: (line) => log.debug(line), action: 'create' });
    try {
        const found = await findDocument(inputs, session, deadline, tools);
        if (found.kind !== 'done')
            return makeFailedOutcome(found, inputs, undefined, 0);
        const task = found.value;
        const { attempt, countLostAnswers } = creationAttempts(session.connection, session.credential, task);
        const end = await pollAlone(attempt, deadline, tools, {
            schedule: creationSchedule(countLostAnswers, inputs.timeoutMs),
            // An answer that does not come within this limit is lost, and a second lost answer ends the poll. So the limit is
            // longer than by default.
            attemptLimitMs: Math.min(Math.max(inputs.timeoutMs / 3, run_MIN_ATTEMPT_MS), run_MAX_ATTEMPT_MS),
        });
        if (end.kind !== 'done')
            return makeFailedOutcome(end, inputs, task, countLostAnswers());
        const ticket = end.value;
        log.info(`Export task ${ticket} created: ${task.type} ${task.token} to ${task.fileExtension}`);
        return {
            outputs: {
                ticket,
                token: task.token,
                type: task.type,
                'file-extension': task.fileExtension,
                'sub-id': task.subId,
            },
        };
    }
    finally {
        deadline.release();
        session.dispose();
    }
}
const run_MIN_ATTEMPT_MS = 2_000;
const run_MAX_ATTEMPT_MS = 30_000;
const PAUSE_AFTER_LOST_MS = 3_000;
/**
 * The adaptive schedule, with longer pauses after a lost answer to a creation request. A second lost answer ends the poll
 * (see `creationAttempts`), so the network gets some time to recover.
 * @param countLostAnswers returns how many answers were lost so far
 */
function creationSchedule(countLostAnswers, timeoutMs) {
    // At most a twentieth of the timeout. So a timeout below a minute leaves enough time for the second request.
    const pauseAfterLostMs = Math.min(PAUSE_AFTER_LOST_MS, timeoutMs / 20);
    return {
        ...adaptiveSchedule,
        nextDelayMs(facts) {
            const delayMs = adaptiveSchedule.nextDelayMs(facts);
            return countLostAnswers() > 0 ? Math.max(delayMs, pauseAfterLostMs) : delayMs;
        },
    };
}
/**
 * Polls as a job without parallel jobs, and logs each failure that is followed by another attempt. The action has no
 * input `parallel-jobs`, since it sends few requests. The schedule is the adaptive one, if `options` has no other.
 */
function pollAlone(attempt, deadline, { clock, random, log }, options = {}) {
    return poll({
        attempt,
        schedule: adaptiveSchedule,
        parallelJobs: 1,
        clock,
        deadline,
        random,
        onAttempt: (result, pauseMs) => {
            if ('failure' in result)
                log.info(describeRetry(result.failure, pauseMs));
        },
        ...options,
    });
}
/**
 * Finds the document to export: the one in the inputs, or the one behind the wiki page in the inputs.
 * @returns the task to create; otherwise how the query of the wiki page ended. A wiki page whose document cannot be
 * exported to the file extension is a failure
 */
async function findDocument({ source, fileExtension, subId }, { connection, credential }, deadline, tools) {
    if (source.kind === 'document') {
        return { kind: 'done', value: { token: source.token, type: source.type, fileExtension, subId } };
    }
    const end = await pollAlone(async (signal) => toPollAttempt(await queryWikiTarget(connection, credential, source.token, signal)), deadline, tools);
    if (end.kind !== 'done')
        return end;
    const { objToken, objType, title } = end.value;
    tools.log.info(`The wiki page leads to ${objType} ${objToken}${title === undefined ? '' : `, ${(0,src_text/* quoted */.TL)(title, 120)}`}`);
    const fault = (0,export_formats/* findTaskFormatFault */.KS)(objType, fileExtension);
    if (fault) {
        const what = `The wiki page leads to ${objType} ${objToken}: ${fault.what}`;
        return { kind: 'failed', failure: { class: 'permanent', what, advice: fault.cure } };
    }
    return { kind: 'done', value: { token: objToken, type: objType, fileExtension, subId } };
}
/**
 * Makes the outcome of a step that failed: it got no ticket.
 * @param task the task to create; undefined when `findDocument` found none for the wiki page
 * @param lostAnswers how many answers to creation requests were lost
 */
function makeFailedOutcome(end, inputs, task, lostAnswers) {
    const { source, fileExtension, timeoutMs } = inputs;
    const error = describeEnd(end, {
        notDone: task === undefined ? 'the document behind the wiki page was not found' : 'the export task was not created',
        timeoutMs,
        howToContinue: lostAnswers > 0
            ? 'A request without an answer may have created a task all the same, which harms nobody: run the step again.'
            : undefined,
    });
    const failure = failureOf(end);
    const facts = [
        task ? ['Document', `${task.type} ${task.token}`] : ['Wiki node token', source.token],
        ['File extension', fileExtension],
    ];
    if (task?.subId !== undefined)
        facts.push(['Sub-id', task.subId]);
    if (failure?.logId !== undefined)
        facts.push(['Log id', failure.logId]);
    return {
        outputs: {},
        error,
        summary: { title: 'The export task was not created', paragraphs: [error], facts, links: failure?.links ?? [] },
    };
}


/***/ }),

/***/ 252:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hn: () => (/* binding */ needsSubId),
/* harmony export */   KS: () => (/* binding */ findTaskFormatFault),
/* harmony export */   Oc: () => (/* binding */ isDocumentType),
/* harmony export */   g2: () => (/* binding */ DOCUMENT_TYPES),
/* harmony export */   lc: () => (/* binding */ TASK_FORMATS_SENTENCE),
/* harmony export */   q$: () => (/* binding */ EXPORT_EXTENSIONS)
/* harmony export */ });
/* unused harmony exports EXPORT_FORMATS, findMissingFormatFault */
/**
 * The file extensions that each type of document exports to.
 * Source: 导出云文档概述, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/export-user-guide;
 * `slides` and `base` from the official SDK and CLI.
 */
const EXPORT_FORMATS = {
    doc: ['docx', 'pdf'],
    docx: ['docx', 'pdf'],
    sheet: ['xlsx', 'csv'],
    bitable: ['xlsx', 'csv', 'base'],
    slides: ['pptx', 'pdf'],
};
/** All types that can be exported. */
const DOCUMENT_TYPES = Object.keys(EXPORT_FORMATS);
/** All file extensions of exports, in lower case and without a dot. */
const EXPORT_EXTENSIONS = [...new Set(Object.values(EXPORT_FORMATS).flat())];
/** True for a type that can be exported. */
function isDocumentType(type) {
    return Object.hasOwn(EXPORT_FORMATS, type);
}
/** True for an extension that exports only one sheet or table, whose id (`sub_id`) the service needs. */
const needsSubId = (fileExtension) => fileExtension === 'csv';
/** The formats that an export task can make of each type, as a sentence for the user. */
const TASK_FORMATS_SENTENCE = 'These can be exported: doc and docx to docx or pdf; sheet to xlsx or csv; bitable (base) to xlsx, csv or base;' +
    ' slides to pptx or pdf.';
/**
 * Checks whether an export task can export a type to an extension.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can
 */
const findTaskFormatFault = (type, fileExtension) => findMissingFormatFault(isDocumentType(type) ? EXPORT_FORMATS[type] : [], type, fileExtension, TASK_FORMATS_SENTENCE);
/**
 * Checks whether an extension is among the formats of a type. The caller gives the formats, because `export` also makes
 * md and png, which no export task can make.
 * @param formats the extensions that the type can be exported to; empty if it cannot be exported
 * @param cureIfNone the cure if `formats` is empty: a sentence with the extensions of every type
 * @returns undefined if the extension is among them
 */
function findMissingFormatFault(formats, type, fileExtension, cureIfNone) {
    if (formats.includes(fileExtension))
        return undefined;
    if (formats.length === 0)
        return { what: `a document of type ${type} cannot be exported at all`, cure: cureIfNone };
    const last = formats.at(-1) ?? '';
    const list = formats.length === 1 ? last : `${formats.slice(0, -1).join(', ')} or ${last}`;
    return { what: `a document of type ${type} cannot be exported to ${fileExtension}`, cure: `It exports to ${list}.` };
}


/***/ }),

/***/ 849:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   y: () => (/* binding */ sleep)
/* harmony export */ });
// Node fires a longer timer immediately.
const MAX_TIMER_MS = 2 ** 31 - 1;
/** The clock of the machine. */
const systemClock = {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    after(delayMs, callback) {
        const dueMs = performance.now() + delayMs;
        let timer;
        const arm = () => {
            const leftMs = dueMs - performance.now();
            timer =
                leftMs > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
        };
        arm();
        return () => {
            clearTimeout(timer);
        };
    },
};
/** Waits `delayMs`, or until the signal is aborted if that is sooner. Never rejects. */
function sleep(clock, delayMs, signal) {
    if (signal.aborted)
        return Promise.resolve();
    return new Promise((resolve) => {
        const end = () => {
            cancelTimer();
            signal.removeEventListener('abort', end);
            resolve();
        };
        const cancelTimer = clock.after(delayMs, end);
        signal.addEventListener('abort', end);
    });
}


/***/ }),

/***/ 124:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  C: () => (/* binding */ runAction)
});

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __nccwpck_require__(779);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(663);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    core_error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function core_error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
// EXTERNAL MODULE: ./src/polling/clock.ts
var clock = __nccwpck_require__(849);
// EXTERNAL MODULE: ./src/text.ts
var src_text = __nccwpck_require__(992);
;// CONCATENATED MODULE: ./src/runner/backstop.ts
// A run that reacts to the end needs a fraction of a second. The runner kills a cancelled step after 10 s.
const GRACE_MS = 1_500;
/**
 * Starts to watch whether a run ends in time. Some operations cannot be ended by an abort signal, such as a system call
 * to a disk that was removed. If the run is overdue, the caller reports the outputs so far. The grace period starts when
 * the timeout or cancel is noticed. So the run has all of it even if the machine was suspended until after the timeout.
 * @param timeoutMs the end of the run, counted from the zero of the clock (the start of the process)
 * @param cancel aborted when the user cancels
 */
function startBackstop(clock, timeoutMs, cancel) {
    let stopTimer = () => undefined;
    let onCancel = () => undefined;
    const overdue = new Promise((resolve) => {
        let hasStarted = false;
        const startGrace = (reason) => {
            if (hasStarted)
                return;
            hasStarted = true;
            stopTimer();
            stopTimer = clock.after(GRACE_MS, () => resolve(reason));
        };
        onCancel = () => startGrace('cancelled');
        stopTimer = clock.after(timeoutMs - clock.nowMs(), () => startGrace('timed-out'));
        if (cancel.aborted)
            onCancel();
        else
            cancel.addEventListener('abort', onCancel);
    });
    return {
        overdue,
        release() {
            stopTimer();
            cancel.removeEventListener('abort', onCancel);
        },
    };
}

// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/runner/safe-text.ts

/**
 * Makes text safe to print to stdout or stderr, where the runner executes commands. A command is `::name::` at the
 * start of a line (after blanks), or `##[name]` anywhere in it. The result is one line without commands. A text of more
 * than 4000 characters is cut.
 * Source: ActionCommand.cs of the runner,
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function logLine(text) {
    return (0,src_text/* oneLine */.TN)(text, 4000)
        .replace(/##(?=\[)/g, '# #')
        .replace(/^\s*::/, ': :');
}
/**
 * Escapes text for a job summary, so that none of it is HTML, Markdown or a link. The result is one line. A text of more
 * than 2000 characters is cut.
 */
function summaryText(text) {
    // All punctuation of ASCII, as numeric character references.
    return (0,src_text/* oneLine */.TN)(text, 2000).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

;// CONCATENATED MODULE: ./src/runner/log.ts


/**
 * Makes the log of a step.
 * @param hide replaces secrets in a text
 */
const actionsLog = (hide) => ({
    info: (line) => info(logLine(hide(line))),
    warning: (line) => warning(logLine(hide(line))),
    debug: (line) => core_debug(logLine(hide(line))),
    group: (title) => startGroup(logLine(hide(title))),
    endGroup: () => endGroup(),
});

;// CONCATENATED MODULE: ./src/runner/secrets.ts
// Hiding a shorter secret would also hide parts of ordinary words.
const MIN_HIDDEN = 8;
// A long text may be cut in the middle of a secret. So the beginning of a secret is hidden, too, if it has at least
// this many characters.
const MIN_HEAD = 12;
/**
 * The secrets of a step. The runner masks them in the log but not in step outputs, and drops a job output that contains
 * one. So they are also removed from texts such as the message of a server that repeats a credential.
 * @param maskInRunner makes the runner mask a secret. It prints the secret, so it is only for use under a runner
 */
class Secrets {
    maskInRunner;
    values = new Set();
    constructor(maskInRunner) {
        this.maskInRunner = maskInRunner;
    }
    /** Masks a secret in the log. Also remembers it for `hide`, unless it is too short. */
    mask = (secret) => {
        this.maskInRunner(secret);
        if (secret.length >= MIN_HIDDEN)
            this.values.add(secret);
    };
    /** Replaces every secret, and every beginning of a secret with at least `MIN_HEAD` characters, by `***`. */
    hide = (text) => {
        // First find the positions of all secrets, since they may overlap or contain each other.
        const found = [];
        for (const secret of this.values) {
            const head = secret.slice(0, MIN_HEAD);
            let last;
            for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
                let to = from + head.length;
                while (to - from < secret.length && text[to] === secret[to - from])
                    to++;
                // Overlapping occurrences of one secret are joined.
                if (last && from < last[1]) {
                    last[1] = Math.max(last[1], to);
                }
                else {
                    last = [from, to];
                    found.push(last);
                }
            }
        }
        // Then write the text; occurrences that overlap become one `***`.
        let hidden = '';
        let end = 0;
        for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
            if (from >= end)
                hidden += `${text.slice(end, from)}***`;
            end = Math.max(end, to);
        }
        return hidden + text.slice(end);
    };
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./src/runner/summary.ts



/**
 * Renders a summary as Markdown; pure. Only https addresses become links.
 * @param hide replaces secrets in a text
 */
function renderSummary(summary, hide = (text) => text) {
    const { title, paragraphs = [], facts = [], table, links = [], items = [], folded = false } = summary;
    const renderText = (text) => summaryText(hide(text));
    const renderCell = (cell) => typeof cell === 'string' ? renderText(cell) : renderLink(hide(cell.href), hide(cell.text));
    const heading = folded ? `<details><summary>${renderText(title)}</summary>` : `### ${renderText(title)}`;
    // GitHub reads Markdown inside HTML only after an empty line.
    const lines = [heading, '', ...paragraphs.flatMap((text) => [renderText(text), ''])];
    lines.push(...items.map((item) => `- ${renderCell(item)}`));
    if (items.length > 0)
        lines.push('');
    lines.push(...facts.map(([name, value]) => `- **${renderText(name)}**: ${renderText(value)}`));
    if (facts.length > 0)
        lines.push('');
    if (table) {
        const row = (cells) => `| ${cells.map(renderCell).join(' | ')} |`;
        lines.push(row(table.head), `|${' --- |'.repeat(table.head.length)}`, ...table.rows.map(row), '');
    }
    lines.push(...links.map((link) => `- ${renderCell({ text: link, href: link })}`), '');
    if (folded)
        lines.push('</details>', '');
    return lines.join('\n');
}
/**
 * Renders a link, or only its text if the address is not safe. A safe address is https, has at most 1000 characters, and
 * none that could end the link or the table cell.
 */
function renderLink(href, text) {
    const address = href.replace(/&/g, '&amp;');
    const isSafe = /^https:\/\/[^\s"'<>`\\|()[\]]+$/.test(href) && address.length <= 1000;
    return isSafe ? `<a href="${address}">${summaryText(text)}</a>` : summaryText(text);
}
/**
 * Appends to the job summary. Does nothing if the runner has none, and does not fail if it cannot be written.
 * @param hide replaces secrets in a text
 * @param file the path in GITHUB_STEP_SUMMARY; undefined if the runner has no job summary
 */
function writeSummary(summary, hide, file) {
    try {
        const parts = [summary].flat().map((one) => `${renderSummary(one, hide)}\n`);
        // Synchronous, unlike core.summary: a process that must end cannot wait for a thread.
        if (file)
            (0,external_node_fs_namespaceObject.appendFileSync)(file, parts.join('\n'));
    }
    catch (error) {
        core_debug(`no job summary: ${error.name}`);
    }
}

;// CONCATENATED MODULE: ./src/runner/action.ts









// Pipes need some time to drain, but a connection to a dead proxy would keep the process alive for minutes. So the process
// is ended after this time, if it has not ended before.
const DRAIN_MS = 300;
/**
 * Runs an action: reads its inputs, writes outputs, annotation and summary, and sets the exit code. A failed step has
 * one error annotation and the output `error-message`. A cancelled step keeps its outputs. A run that does not end at
 * its timeout or after a cancel is overdue (see `startBackstop`). Then the step fails, with the outputs so far.
 * @param readInputs reads and checks the inputs; throws InputError for a bad input. It also reads the inputs that it does
 * not need: an input that is never read counts as unknown
 */
async function runAction(host, readInputs, run) {
    // The exit code is 1 until everything is reported, in case the process ends before.
    host.exitCode = 1;
    const cancel = new AbortController();
    // The runner sends SIGINT, and SIGTERM 7.5 s later. Neither must end the process before the outputs are written.
    for (const signal of ['SIGINT', 'SIGTERM'])
        host.on(signal, () => cancel.abort('cancelled'));
    // If nobody reads the log any more, stdout emits an error. Without this listener, the step would fail.
    host.stdout.on('error', () => undefined);
    let readOutputsSoFar = () => ({});
    // An error that does not reject `main`, such as one thrown in an event listener, also ends the run.
    const stray = new Promise((resolve) => {
        host.on('uncaughtException', (error) => resolve(mistakeOutcome(error, readOutputsSoFar)));
    });
    // The runners of GitHub, act, Gitea and Forgejo set GITHUB_ACTIONS. `setSecret` passes the secret to the runner by
    // printing it. Without a runner, the secret would stay in the output.
    const secrets = new Secrets(host.env['GITHUB_ACTIONS'] === 'true' ? core_setSecret : () => undefined);
    const main = async () => {
        const tools = {
            log: actionsLog(secrets.hide),
            clock: clock/* systemClock */.m,
            cancel: cancel.signal,
            mask: secrets.mask,
            random: Math.random,
            keepOutputs: (readOutputs) => {
                readOutputsSoFar = readOutputs;
            },
            workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
            environment: host.env,
        };
        const { inputs, names } = readInputsAndNames((read) => readInputs(read, tools), host.env);
        warnOfUnknownInputs(names, tools);
        const backstop = startBackstop(tools.clock, inputs.timeoutMs, tools.cancel);
        const overdue = backstop.overdue.then((reason) => overdueOutcome(reason, inputs.timeoutMs, readOutputsSoFar()));
        return Promise.race([run(inputs, tools), overdue]).finally(() => backstop.release());
    };
    const outcome = await Promise.race([catchErrors(main, () => readOutputsSoFar()), stray]);
    report(outcome, host, secrets);
    setTimeout(() => leave(host), DRAIN_MS).unref();
}
/**
 * Reads the inputs, and collects their names. Every action reads all its inputs, so no other name exists.
 * @throws InputError, also if a workflow writes `base_url` instead of `base-url`
 */
function readInputsAndNames(readInputs, environment) {
    const names = new Set();
    try {
        const inputs = readInputs((name) => {
            names.add(name);
            return getInput(name);
        });
        return { inputs, names };
    }
    finally {
        // Also when `readInputs` threw: an input that is written with underscores looks empty, which may be why it threw.
        // An error thrown here replaces that of `readInputs`, and names the true cause.
        (0,inputs/* refuseUnderscores */.uV)(names, environment);
    }
}
/** Warns of inputs that do not exist. Under a runner this is left to the runner: GitHub's knows action.yml, and warns. */
function warnOfUnknownInputs(names, { environment, log }) {
    if (environment['GITHUB_ACTIONS'] === 'true')
        return;
    for (const name of (0,inputs/* listUnknownInputs */.mo)(names, environment)) {
        log.warning(`Input ${(0,src_text/* quoted */.TL)(name, 60)} does not exist and is ignored. The inputs are: ${[...names].join(', ')}.`);
    }
}
// The resources that occupy a thread: DNS lookups and disk operations.
const THREAD_RESOURCES = new Set([
    'GetAddrInfoReqWrap',
    'FSReqPromise',
    'FSReqCallback',
    'CloseReq',
]);
/** Ends the process immediately, even if it still waits for something. */
function leave(host) {
    // exit() waits for DNS lookups and disk operations, even if the name server or the disk never answers. After a success,
    // none of them hangs.
    if (host.exitCode === 1 && host.getActiveResourcesInfo().some((name) => THREAD_RESOURCES.has(name))) {
        // A shell that replaces this process does not wait, and exits with 1, too.
        if (host.platform !== 'win32')
            host.execve?.('/bin/sh', ['sh', '-c', 'exit 1'], {});
        // Reached on Windows, and on a Node.js without `execve`.
        host.kill(host.pid, 'SIGKILL');
    }
    host.exit();
}
/** Runs `main`. If it throws, the outcome is that of a failed step. Never rejects. */
async function catchErrors(main, readOutputs) {
    try {
        return await main();
    }
    catch (error) {
        return error instanceof inputs/* InputError */.dz
            ? failedOutcome('An input is wrong', error.message)
            : mistakeOutcome(error, readOutputs);
    }
}
/** The outcome for an error that only a mistake of this action can cause. @param readOutputs returns the outputs so far */
function mistakeOutcome(error, readOutputs) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    let outputs = {};
    try {
        outputs = readOutputs();
    }
    catch {
        // `readOutputs` itself may have the mistake.
    }
    return failedOutcome('The action failed', `This action made a mistake (${name}: ${(0,src_text/* oneLine */.TN)(message)}). Please report it in the issues of its repository.`, outputs);
}
/** The outcome of a run that is overdue (see `runAction`). @param outputs the outputs so far */
function overdueOutcome(reason, timeoutMs, outputs) {
    const end = reason === 'cancelled'
        ? 'Cancelled: the step did not end by itself'
        : `Time is up: the step did not end within ${(0,src_text/* formatDuration */.a3)(timeoutMs)} (\`timeout-seconds\`)`;
    const why = 'Something still waits that cannot be interrupted, usually for a disk that does not answer.';
    const cure = 'Check the disks and network drives of the runner; a temporary file (`.feishu-export-….part`) may be left there.';
    return failedOutcome('The step did not end', `${end}. ${why} ${cure}`, outputs);
}
const failedOutcome = (title, error, outputs = {}) => ({
    outputs,
    error,
    summary: { title, paragraphs: [error] },
});
/**
 * Writes outputs, annotation and summary. Sets the exit code to 0 if the outcome has no error and the outputs could be
 * written.
 */
function report({ outputs, error: rawError, summary }, host, { hide }) {
    const error = rawError === undefined ? undefined : hide(rawError);
    let message = error;
    try {
        for (const [name, value] of Object.entries(outputs))
            if (value !== undefined)
                setOutput(name, value);
        if (error !== undefined)
            setOutput('error-message', logLine(error));
    }
    catch (fault) {
        const unwritten = `The outputs could not be handed to the runner (${(0,src_text/* oneLine */.TN)(fault.message)}).`;
        message = error === undefined ? unwritten : `${error} ${unwritten}`;
    }
    if (message !== undefined)
        core_error(logLine(message));
    if (summary)
        writeSummary(summary, hide, host.env['GITHUB_STEP_SUMMARY']);
    if (message === undefined)
        host.exitCode = 0;
}


/***/ }),

/***/ 205:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $e: () => (/* binding */ durationMsInput),
/* harmony export */   Kb: () => (/* binding */ excerpt),
/* harmony export */   YF: () => (/* binding */ requiredInput),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   mo: () => (/* binding */ listUnknownInputs),
/* harmony export */   uV: () => (/* binding */ refuseUnderscores)
/* harmony export */ });
/* unused harmony exports readEach, countInput, booleanInput */
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(992);

/** Thrown for an invalid input. The message names the input, the fault and the cure. */
class InputError extends Error {
}
/**
 * Refuses an input whose name has underscores instead of hyphens, such as `dry_run`: its value would be ignored, at most
 * with a warning. If `dry-run` has another value, `dry_run` is refused, too: the other value may be the default, which a
 * runner sets. An input with underscores is accepted if it is empty, or if both have the same value.
 * @param names the names of the inputs that the action reads
 * @param environment holds each input in a variable `INPUT_…`
 * @throws InputError
 */
function refuseUnderscores(names, environment) {
    for (const [variable, value] of Object.entries(environment)) {
        const wrongName = /^INPUT_([^_]*_.*)$/i.exec(variable)?.[1]?.toLowerCase();
        const text = value?.trim();
        if (wrongName === undefined || !text)
            continue;
        const rightName = wrongName.replaceAll('_', '-');
        const rightVariable = `INPUT_${rightName.toUpperCase()}`;
        if (!names.has(rightName) || environment[rightVariable]?.trim() === text)
            continue;
        throw new InputError(`Input \`${wrongName}\` does not exist. Write \`${rightName}\`; as an environment variable, ${rightVariable} with the hyphen.`);
    }
}
/**
 * Lists the names of the inputs that were given a value but do not exist, in lower case.
 * @param names the names of the inputs that the action reads
 */
function listUnknownInputs(names, environment) {
    return Object.entries(environment).flatMap(([variable, value]) => {
        const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase();
        return name === undefined || names.has(name) || !value?.trim() ? [] : name;
    });
}
const MAX_REPORTED = 10;
/**
 * Reads each item. If several are wrong, one error reports them all: a user sees them in one run, not one by one.
 * @throws InputError with the messages of the wrong items; after `MAX_REPORTED` of them, with the number of the others
 */
function readEach(items, read) {
    const faults = [];
    const results = items.flatMap((item) => {
        try {
            return [read(item)];
        }
        catch (error) {
            if (!(error instanceof InputError))
                throw error;
            faults.push(error.message);
            return [];
        }
    });
    if (faults.length === 0)
        return results;
    const more = faults.length - MAX_REPORTED;
    throw new InputError([...faults.slice(0, MAX_REPORTED), ...(more > 0 ? [`And ${more} more.`] : [])].join(' '));
}
/** Reads a required input, without blanks around it. @throws InputError, which ends with `cure`, when it is empty */
function requiredInput(read, name, cure) {
    const value = read(name).trim();
    if (value === '')
        throw new InputError(`Input \`${name}\` is empty. ${cure}`);
    return value;
}
// Longer than any job can run, and small enough for exact sums of milliseconds.
const MAX_SECONDS = 100 * 24 * 3600;
/**
 * Reads a positive number of seconds, at most `MAX_SECONDS`.
 * @returns milliseconds, at least 1; undefined when the input is empty
 * @throws InputError
 */
function durationMsInput(read, name) {
    const value = read(name).trim();
    if (value === '')
        return undefined;
    const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
        throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}, which is not a positive number of seconds (at most ${MAX_SECONDS}). Write digits alone, for example 600.`);
    }
    return Math.max(1, seconds * 1000);
}
/** Reads an integer from 1 to 10,000; 1 when the input is empty. @throws InputError */
function countInput(read, name) {
    const value = read(name).trim();
    if (value === '')
        return 1;
    const count = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (count < 1 || count > 10_000) {
        throw new InputError(`Input \`${name}\` is ${quoted(value, 40)}, which is not a whole number from 1 to 10000. Write digits alone, for example 4.`);
    }
    return count;
}
/** Reads `true` or `false`, in any letter case; returns `byDefault` when the input is empty. @throws InputError */
function booleanInput(read, name, byDefault) {
    const value = read(name).trim().toLowerCase();
    if (value === '')
        return byDefault;
    if (value === 'true' || value === 'false')
        return value === 'true';
    throw new InputError(`Input \`${name}\` is ${quoted(value, 40)}. Write true or false.`);
}
/** An excerpt of a value for an error message: one line of at most 60 characters. */
const excerpt = (value) => `"${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(value, 60)}"`;


/***/ }),

/***/ 992:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   TN: () => (/* binding */ oneLine),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
/* unused harmony exports formatBytes, countOf */
// Characters that break a line, reorder it or are invisible: C0, DEL, C1, line and paragraph separators, bidirectional
// controls, the byte order mark.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;
/**
 * Makes one printable line of any text.
 * @param maxLength a text with more characters (code points) is cut after this many, and `…` is added
 */
function oneLine(text, maxLength = 300) {
    const line = text.toWellFormed().replace(UNPRINTABLE, ' ').trim();
    // A code point has at most two code units, so this is enough of a long text.
    const characters = Array.from(line.slice(0, 2 * maxLength + 2));
    return characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : line;
}
/** Puts a text from outside in double quotes, on one line, for use in a sentence. */
function quoted(text, maxLength) {
    return `"${oneLine(text, maxLength)}"`;
}
/** Formats a number of bytes: `34.4 kB`, `1.2 GB` (powers of 1000). */
function formatBytes(bytes) {
    if (bytes < 1000)
        return `${bytes} B`;
    let value = bytes / 1000;
    let unit = 'kB';
    for (const largerUnit of ['MB', 'GB', 'TB']) {
        // From 999.95 on, `toFixed` would round to 1000.0.
        if (value < 999.95)
            break;
        value /= 1000;
        unit = largerUnit;
    }
    return `${value.toFixed(1)} ${unit}`;
}
/** Formats a number with a noun: `1 request`, `2 requests`. @param thing the noun in the singular, with a plural in -s */
function countOf(count, thing) {
    return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
/** Formats a duration: `0.4 s`, `4 s`, `119 s`, `2 min 0 s`. */
function formatDuration(ms) {
    const seconds = ms / 1000;
    // From 9.95 on, the seconds are rounded to 10 or more, and have no decimals.
    if (seconds < 9.95)
        return `${seconds.toFixed(1).replace('.0', '')} s`;
    const rounded = Math.round(seconds);
    return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}


/***/ }),

/***/ 663:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

var x = (y) => {
	var x = {}; __nccwpck_require__.d(x, y); return x
} 
var y = (x) => (() => (x))
module.exports = x({ ["ProxyAgent"]: () => (__WEBPACK_EXTERNAL_MODULE_node_path_02319fef__.ProxyAgent) });

/***/ }),

/***/ 613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

var https__WEBPACK_IMPORTED_MODULE_1___namespace_cache;
var http__WEBPACK_IMPORTED_MODULE_0___namespace_cache;
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ HttpClient)
/* harmony export */ });
/* unused harmony exports HttpCodes, Headers, MediaTypes, getProxyUrl, HttpClientError, HttpClientResponse, isHttps */
/* harmony import */ var http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(611);
/* harmony import */ var https__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(692);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(783);
/* harmony import */ var tunnel__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(770);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(663);
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? /*#__PURE__*/ (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache || (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache = __nccwpck_require__.t(https__WEBPACK_IMPORTED_MODULE_1__, 2))) : /*#__PURE__*/ (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache || (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache = __nccwpck_require__.t(http__WEBPACK_IMPORTED_MODULE_0__, 2)));
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || http__WEBPACK_IMPORTED_MODULE_0__.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new https__WEBPACK_IMPORTED_MODULE_1__.Agent(options) : new http__WEBPACK_IMPORTED_MODULE_0__.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new undici__WEBPACK_IMPORTED_MODULE_4__.ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map

/***/ }),

/***/ 783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ checkBypass),
/* harmony export */   s: () => (/* binding */ getProxyUrl)
/* harmony export */ });
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(168);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
