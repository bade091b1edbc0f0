import { Button, Menu } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization, useSession } from '../session.ts'

export function Switcher() {
  const t = useTexts()
  const { organizations } = useSession()
  const here = useOrganization()
  const navigate = useNavigate()
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <Button
          variant="default"
          fullWidth
          mb={8}
          px={12}
          justify="space-between"
          rightSection={<IconSelector size={16} aria-hidden />}
          aria-label={t('switcher.label', { name: here.name })}
        >
          <span className="clip">{here.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {organizations.map((one, index) => (
          <Menu.Item
            key={one.organizationId}
            aria-current={one === here}
            rightSection={one === here ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() =>
              navigate({
                to: '/',
                search: index === 0 ? { organization: undefined } : { organization: one.organizationId },
              })
            }
          >
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
