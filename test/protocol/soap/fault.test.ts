import {expect, test} from 'vitest'
import {childOf} from '../../../src/protocol/soap/element.ts'
import {faultOf, lockOf, writeFault} from '../../../src/protocol/soap/fault.ts'
import {parseXml} from '../../../src/protocol/soap/parse-xml.ts'

const faultIn = (text: string) => faultOf(parseXml(Buffer.from(text)))

test('fault: codes from the outermost in, and the reason', () => {
  expect(faultIn(writeFault('Sender', ['NotAuthorized'], 'no <way> & out').text)).toEqual({
    codes: ['Sender', 'NotAuthorized'],
    reason: 'no <way> & out',
    locked: false,
  })
  expect(faultIn(writeFault('Receiver', ['ActionNotSupported', 'NoSuchService'], 'x').text)?.codes).toEqual([
    'Receiver',
    'ActionNotSupported',
    'NoSuchService',
  ])
})

test('fault: SOAP 1.1, as older recorders write it', () => {
  const text = '<Fault><faultcode>SOAP-ENV:Client.NotAuthorized</faultcode><faultstring>denied</faultstring></Fault>'
  expect(faultIn(text)).toEqual({codes: ['Client', 'NotAuthorized'], reason: 'denied', locked: false})
})

test('fault: a reason that stands only in the detail', () => {
  const text =
    '<Fault><Code><Value>s:Sender</Value></Code><Detail><Text>You still have 5 attempt(s)</Text></Detail></Fault>'
  expect(faultIn(text)).toEqual({
    codes: ['Sender'],
    reason: 'You still have 5 attempt(s)',
    attemptsLeft: 5,
    locked: false,
  })
})

test('fault: another element is none', () => {
  expect(faultIn('<GetNTPResponse/>')).toBeUndefined()
  expect(faultOf(childOf(undefined, 'Body'))).toBeUndefined()
})

test.each([
  ['You still have 26 attempt(s)', {attemptsLeft: 26, locked: false}],
  ['2 more tries', {attemptsLeft: 2, locked: false}],
  ['attempts left: 1', {attemptsLeft: 1, locked: false}],
  ['Account locked, 0 attempts left', {attemptsLeft: 0, locked: true}],
  ['user has been locked out', {locked: true}],
  ['用户已锁定', {locked: true}],
  ['the clock is wrong', {locked: false}],
  ['Sender not authorized', {locked: false}],
])('fault: %j', (text, expected) => expect(lockOf(text)).toEqual(expected))
