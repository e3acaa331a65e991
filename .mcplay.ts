import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { execFileSync } from 'node:child_process'
const isTree=(v:any)=>typeof v==='object'&&v!==null&&!Array.isArray(v)
function merged(b:any,o:any):any{ if(Array.isArray(b)&&Array.isArray(o)) return Array.from({length:Math.max(b.length,o.length)},(_,i)=>i<b.length&&i<o.length?merged(b[i],o[i]):(o[i]??b[i])); if(!isTree(b)||!isTree(o)) return o??b; return Object.fromEntries([...new Set([...Object.keys(b),...Object.keys(o)])].map(k=>[k,merged(b[k],o[k])]))}
const env=parse(readFileSync('/tmp/w/machines/test/validation/environment.yaml','utf8'))
const over=parse(readFileSync(process.argv[2]!,'utf8'))
const f=process.argv[2]!.replace('.yaml','.json.yaml')
writeFileSync(f,JSON.stringify(merged(env,over)))
