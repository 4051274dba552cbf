"""What becomes of a contact in each state when somebody commands something about it, or why it is refused."""

TABLE = """
state              RequestChat  RequestChat:same_id ReportCall   OpenCase  RequestCallback
chat/waiting       already_open duplicate_id        already_open waiting   already_open
chat/absent        already_open duplicate_id        already_open absent    already_open
chat/offered       already_open duplicate_id        already_open offered   already_open
chat/connected     already_open duplicate_id        already_open connected already_open
chat/parked        already_open duplicate_id        already_open parked    already_open
chat/wrapping      wrapping     duplicate_id        wrapping     wrapping  wrapping
chat/gone          gone         offered             gone         gone      gone
callback/scheduled already_open duplicate_id        already_open scheduled already_open
callback/due       already_open duplicate_id        already_open due       already_open
callback/offered   already_open duplicate_id        already_open offered   already_open
callback/dialling  already_open duplicate_id        already_open dialling  already_open
callback/connected already_open duplicate_id        already_open connected already_open
callback/wrapping  wrapping     duplicate_id        wrapping     wrapping  wrapping
callback/ringing   already_open duplicate_id        already_open dialling  already_open
call/waiting       already_open duplicate_id        already_open waiting   already_open
call/offered       already_open duplicate_id        already_open offered   already_open
call/connected     already_open duplicate_id        already_open connected already_open
call/wrapping      wrapping     duplicate_id        wrapping     wrapping  wrapping
case/waiting       waiting      duplicate_id        waiting      waiting   waiting
case/offered       offered      duplicate_id        offered      offered   offered
case/connected     connected    duplicate_id        connected    connected connected
case/wrapping      wrapping     duplicate_id        wrapping     wrapping  wrapping

state              LeaveContact    ConvertToCallback ReturnToChat    CancelCallback
chat/waiting       gone            callback/due      wrong_state     wrong_state
chat/absent        gone            wrong_state       wrong_state     wrong_state
chat/offered       gone            callback/offered  wrong_state     wrong_state
chat/connected     wrapping        wrong_state       wrong_state     wrong_state
chat/parked        gone            wrong_state       wrong_state     wrong_state
chat/wrapping      wrong_state     wrong_state       wrong_state     wrong_state
chat/gone          unknown_contact unknown_contact   unknown_contact unknown_contact
callback/scheduled wrong_state     due               chat/waiting    gone
callback/due       wrong_state     due               chat/waiting    gone
callback/offered   wrong_state     offered           chat/offered    gone
callback/dialling  wrong_state     wrong_state       wrong_state     wrong_state
callback/connected wrapping        wrong_state       wrong_state     wrong_state
callback/wrapping  wrong_state     wrong_state       wrong_state     wrong_state
callback/ringing   wrong_state     wrong_state       wrong_state     wrong_state
call/waiting       gone            callback/due      wrong_state     wrong_state
call/offered       gone            callback/offered  wrong_state     wrong_state
call/connected     wrapping        wrong_state       wrong_state     wrong_state
call/wrapping      wrong_state     wrong_state       wrong_state     wrong_state
case/waiting       wrong_state     wrong_state       wrong_state     wrong_state
case/offered       wrong_state     wrong_state       wrong_state     wrong_state
case/connected     wrapping        wrong_state       wrong_state     wrong_state
case/wrapping      wrong_state     wrong_state       wrong_state     wrong_state

state              PostMessage     PostMessage:agent AcceptOffer DeclineOffer
chat/waiting       waiting         not_connected     offer_ended offer_ended
chat/absent        not_connected   not_connected     offer_ended offer_ended
chat/offered       offered         not_connected     connected   waiting
chat/connected     connected       connected         offer_ended offer_ended
chat/parked        offered         not_connected     offer_ended offer_ended
chat/wrapping      not_connected   not_connected     offer_ended offer_ended
chat/gone          unknown_contact not_connected     offer_ended offer_ended
callback/scheduled not_connected   not_connected     offer_ended offer_ended
callback/due       not_connected   not_connected     offer_ended offer_ended
callback/offered   not_connected   not_connected     dialling    due
callback/dialling  not_connected   not_connected     offer_ended offer_ended
callback/connected not_connected   not_connected     offer_ended offer_ended
callback/wrapping  not_connected   not_connected     offer_ended offer_ended
callback/ringing   not_connected   not_connected     offer_ended offer_ended
call/waiting       not_connected   not_connected     offer_ended offer_ended
call/offered       not_connected   not_connected     connected   waiting
call/connected     not_connected   not_connected     offer_ended offer_ended
call/wrapping      not_connected   not_connected     offer_ended offer_ended
case/waiting       not_connected   not_connected     offer_ended offer_ended
case/offered       not_connected   not_connected     connected   waiting
case/connected     not_connected   not_connected     offer_ended offer_ended
case/wrapping      not_connected   not_connected     offer_ended offer_ended

state              CloseContact    FinishWrapUp    ExtendWrapUp    ConfirmPriority LinkIncident
chat/waiting       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
chat/absent        unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
chat/offered       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
chat/connected     wrapping        wrong_state     wrong_state     connected       connected
chat/parked        unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
chat/wrapping      wrong_state     gone            wrapping        wrong_state     wrapping
chat/gone          unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
callback/scheduled unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
callback/due       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
callback/offered   unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
callback/dialling  wrong_state     wrong_state     wrong_state     wrong_state     wrong_state
callback/connected wrapping        wrong_state     wrong_state     connected       connected
callback/wrapping  wrong_state     gone            wrapping        wrong_state     wrapping
callback/ringing   wrong_state     wrong_state     wrong_state     wrong_state     wrong_state
call/waiting       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
call/offered       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
call/connected     wrapping        wrong_state     wrong_state     connected       connected
call/wrapping      wrong_state     gone            wrapping        wrong_state     wrapping
case/waiting       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
case/offered       unknown_contact unknown_contact unknown_contact unknown_contact unknown_contact
case/connected     wrapping        wrong_state     wrong_state     connected       connected
case/wrapping      wrong_state     gone            wrapping        wrong_state     wrapping

state              Transfer        RingAsc           BookCallback    DropCallback
chat/waiting       unknown_contact unknown_contact   unknown_contact wrong_state
chat/absent        unknown_contact unknown_contact   unknown_contact wrong_state
chat/offered       unknown_contact unknown_contact   unknown_contact wrong_state
chat/connected     waiting         callback/dialling connected       wrong_state
chat/parked        unknown_contact unknown_contact   unknown_contact wrong_state
chat/wrapping      wrong_state     wrong_state       wrapping        wrong_state
chat/gone          unknown_contact unknown_contact   unknown_contact unknown_contact
callback/scheduled unknown_contact unknown_contact   unknown_contact gone
callback/due       unknown_contact unknown_contact   unknown_contact gone
callback/offered   unknown_contact unknown_contact   unknown_contact gone
callback/dialling  wrong_state     wrong_state       wrong_state     wrong_state
callback/connected due             wrong_state       connected       wrong_state
callback/wrapping  wrong_state     wrong_state       wrapping        wrong_state
callback/ringing   wrong_state     wrong_state       wrong_state     wrong_state
call/waiting       unknown_contact unknown_contact   unknown_contact wrong_state
call/offered       unknown_contact unknown_contact   unknown_contact wrong_state
call/connected     waiting         wrong_state       connected       wrong_state
call/wrapping      wrong_state     wrong_state       wrapping        wrong_state
case/waiting       unknown_contact unknown_contact   unknown_contact wrong_state
case/offered       unknown_contact unknown_contact   unknown_contact wrong_state
case/connected     waiting         wrong_state       connected       wrong_state
case/wrapping      wrong_state     wrong_state       wrapping        wrong_state

state              ReportReached   ReportUnreachable MoveContact     PullContact     RaisePriority
chat/waiting       unknown_contact unknown_contact   waiting         wrong_state     waiting
chat/absent        unknown_contact unknown_contact   wrong_state     wrong_state     wrong_state
chat/offered       unknown_contact unknown_contact   waiting         offered         offered
chat/connected     attempt_ended   attempt_ended     wrong_state     offered         wrong_state
chat/parked        unknown_contact unknown_contact   wrong_state     wrong_state     wrong_state
chat/wrapping      attempt_ended   attempt_ended     wrong_state     wrong_state     wrong_state
chat/gone          unknown_contact unknown_contact   unknown_contact unknown_contact unknown_contact
callback/scheduled unknown_contact unknown_contact   wrong_state     wrong_state     wrong_state
callback/due       unknown_contact unknown_contact   due             wrong_state     due
callback/offered   unknown_contact unknown_contact   due             offered         offered
callback/dialling  connected       gone              wrong_state     offered         wrong_state
callback/connected attempt_ended   attempt_ended     wrong_state     offered         wrong_state
callback/wrapping  attempt_ended   attempt_ended     wrong_state     wrong_state     wrong_state
callback/ringing   connected       chat/connected    wrong_state     chat/offered    wrong_state
call/waiting       unknown_contact unknown_contact   waiting         wrong_state     waiting
call/offered       unknown_contact unknown_contact   waiting         offered         offered
call/connected     attempt_ended   attempt_ended     wrong_state     offered         wrong_state
call/wrapping      attempt_ended   attempt_ended     wrong_state     wrong_state     wrong_state
case/waiting       unknown_contact unknown_contact   waiting         wrong_state     waiting
case/offered       unknown_contact unknown_contact   waiting         offered         offered
case/connected     attempt_ended   attempt_ended     wrong_state     offered         wrong_state
case/wrapping      attempt_ended   attempt_ended     wrong_state     wrong_state     wrong_state
"""
"""
The command comes from whoever it takes: the contact's own ASC, the agent who holds it or was offered it, a supervisor.

`gone`: it has left the desk. A channel is named where it changes. Whoever is given back, moved or prioritised is
`offered` where the only agent is free: matching has run. `callback/ringing` is dialled from a chat.
"""
