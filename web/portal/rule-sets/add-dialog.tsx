import { FileInput, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ruleSets } from '../api.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useOrganization } from '../session.ts'
import { nameOf } from './name-of.ts'

const pieceBytes = 1_048_576

/** Rules of one's own, or a bundle of another Vartio: from an address, or as a file. */
export function AddDialog({ close, refresh }: { close: () => void; refresh: () => Promise<void> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [from, setFrom] = useState<'file' | 'address'>('file')
  const [file, setFile] = useState<File | null>(null)
  const [isMissing, setIsMissing] = useState(false)
  const start = { title: '', licence: '', author: '', address: '', key: '' }
  const rules = { title: ['required'], licence: ['required'], ...(from === 'address' ? { address: ['required'] } : {}) }
  const form = useForm(start, rules as Parameters<typeof useForm<typeof start>>[1], async (values) => {
    const { title, licence, author, address, key } = values
    setIsMissing(from === 'file' && file === null)
    if (from === 'file' && file === null) return
    const name = nameOf('own', title)
    const about = { name, title, licence, ...(author ? { author } : {}), isRealTime: true, isUsed: true }
    await ruleSets.add(organizationId, from === 'address' ? { ...about, address } : about)
    if (from === 'file' && file) {
      const pieces = Math.ceil(file.size / pieceBytes)
      for (let number = 0; number < pieces; number += 1)
        await ruleSets.bring(
          organizationId,
          name,
          number,
          await base64(file.slice(number * pieceBytes, (number + 1) * pieceBytes)),
        )
      await ruleSets.brought(organizationId, name, pieces, key)
    }
    close()
    await refresh()
  })
  return (
    <ActionDialog title={t('ruleSets.bring')} act={t('ruleSets.choose')} form={form} close={close}>
      <p>{t('ruleSets.bringWhat')}</p>
      <TextInput {...form.field('title')} label={t('ruleSets.name')} autoComplete="off" data-autofocus />
      <TextInput {...form.field('licence')} label={t('ruleSets.licence')} autoComplete="off" />
      <TextInput {...form.field('author')} label={t('ruleSets.author')} autoComplete="off" />
      <Radio.Group
        label={t('ruleSets.from')}
        value={from}
        onChange={(value) => setFrom(value === 'address' ? 'address' : 'file')}
      >
        <div className="choices">
          {(['file', 'address'] as const).map((value) => (
            <Radio key={value} value={value} label={t(`ruleSets.froms.${value}`)} />
          ))}
        </div>
      </Radio.Group>
      {from === 'file' ? (
        <>
          <FileInput
            label={t('ruleSets.file')}
            description={t('ruleSets.fileWhat')}
            value={file}
            onChange={setFile}
            error={isMissing ? t('form.required') : undefined}
          />
          <TextInput
            {...form.field('key')}
            label={t('ruleSets.key')}
            description={t('ruleSets.keyWhat')}
            autoComplete="off"
          />
        </>
      ) : (
        <TextInput {...form.field('address')} label={t('ruleSets.address')} autoComplete="off" />
      )}
    </ActionDialog>
  )
}

async function base64(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}
