"""Which of the project's own tests a kernel in a browser's tab runs, beside the same run on sockets; and which not."""

from __future__ import annotations

from typing import Final

SUITES: Final = (
    "tests/client/test_transport.py",
    "tests/client/test_websocket.py",
    "tests/client/test_websocket_close.py",
    "tests/client/test_chat_client.py",
    "tests/server/test_chat_server.py",
    "tests/server/test_connection.py",
    "tests/server/test_ownership.py",
    "tests/server/test_journal_file.py",
    "tests/tab/test_parts.py",
)

THREADS = "a tab has one thread: nothing goes on while it is kept busy"
PROCESSES = "a tab has no processes"
TLS = "a tab has no TLS"
SOCKETS = "the test's own peer is a socket, for what only sockets can do"
BOUND = "in a tab a port is nobody's until somebody listens"
PAGES = "in a tab no page has a socket to a server in a kernel"
LOOPS = "a tab has one loop, which always runs"
JUPYTER = "a tab has no Jupyter server, nor a folder of its"
PIECE = "one turn takes what one message of a channel brings: up to a window, 256 KiB"
DEPTH = "in WebAssembly, JSON that is nested some thousand levels deep ends Python itself"

LEFT_OUT: Final = {
    "tests/client/test_transport.py::test_the_end_of_the_process_is_told": PROCESSES,
    "tests/client/test_transport.py::test_wss_with_a_trusted_certificate": TLS,
    "tests/client/test_websocket.py::test_blocked_port_is_never_connected_to": SOCKETS,
    "tests/client/test_websocket.py::test_untrusted_certificate": TLS,
    "tests/client/test_websocket.py::test_buffered_amount_changes_between_turns_only": THREADS,
    "tests/client/test_websocket.py::test_buffered_amount_is_not_reset_by_the_end": SOCKETS,
    "tests/client/test_websocket.py::test_without_a_loop_it_says_what_to_do": LOOPS,
    "tests/client/test_websocket.py::test_a_foreign_thread_is_told_what_to_do": THREADS,
    "tests/client/test_websocket.py::test_a_flood_into_a_blocked_cell_is_held_back": THREADS,
    "tests/client/test_websocket.py::test_leaving_a_loop_leaks_nothing": LOOPS,
    "tests/client/test_websocket.py::test_leaving_a_loop_before_the_first_turn": LOOPS,
    "tests/client/test_websocket.py::test_the_same_after_nest_asyncio": PROCESSES,
    "tests/client/test_websocket_close.py::test_close_while_the_open_event_is_on_its_way": THREADS,
    "tests/client/test_websocket_close.py::test_close_while_connecting_counts_even_if_all_is_over": THREADS,
    "tests/client/test_chat_client.py::test_send_works_from_a_cell_a_thread_and_a_listener": THREADS,
    "tests/client/test_chat_client.py::test_without_ipython_and_after_nest_asyncio": PROCESSES,
    "tests/client/test_chat_client.py::test_the_end_of_the_process_gives_up_the_seat_at_once": PROCESSES,
    "tests/server/test_chat_server.py::test_of_a_flood_one_turn_of_the_loop_takes_a_part": PIECE,
    "tests/server/test_connection.py::test_a_big_body_that_nobody_wants_is_refused_readably": SOCKETS,
    "tests/server/test_connection.py::test_who_ends_its_side_and_never_reads_costs_the_others_nothing": SOCKETS,
    "tests/server/test_connection.py::test_who_ends_its_side_and_never_reads_is_given_up": SOCKETS,
    "tests/server/test_connection.py::test_who_ends_its_side_and_reads_on_gets_what_was_sent_and_is_no_error": SOCKETS,
    "tests/server/test_chat_server.py::test_stop_waits_for_no_peer": SOCKETS,
    "tests/server/test_chat_server.py::test_who_knocks_while_it_stops_is_not_left_hanging": SOCKETS,
    "tests/server/test_ownership.py::test_it_joins_the_server_of_another_kernel": PROCESSES,
    "tests/server/test_ownership.py::test_a_server_with_a_passcode_is_joined_only_with_it": PROCESSES,
    "tests/server/test_ownership.py::test_a_program_on_one_address_is_in_the_way_of_all": PROCESSES,
    "tests/server/test_ownership.py::test_a_join_that_fails_leaves_nothing_and_one_that_succeeds_is_kept": PROCESSES,
    "tests/server/test_ownership.py::test_who_withdraws_has_no_trouble_any_more": PROCESSES,
    "tests/server/test_ownership.py::test_at_the_end_of_the_process_clients_are_told": PROCESSES,
    "tests/server/test_ownership.py::test_without_the_posix_only_modules_it_serves": PROCESSES,
    "tests/server/test_ownership.py::test_a_server_that_drips_is_a_port_in_use": SOCKETS,
    "tests/server/test_ownership.py::test_a_program_on_the_other_half_is_a_port_in_use": SOCKETS,
    "tests/server/test_ownership.py::test_who_has_the_first_half_is_asked_however_the_host_is_typed": SOCKETS,
    "tests/server/test_ownership.py::test_who_cannot_take_over_says_so_and_takes_over_when_it_can": SOCKETS,
    "tests/server/test_ownership.py::test_two_threads_that_serve_one_port_have_one_server": THREADS,
    "tests/server/test_ownership.py::test_a_port_that_is_held_without_listening_is_a_port_in_use": BOUND,
    "tests/server/test_ownership.py::test_url_port_and_owner_say_where_it_is": PAGES,
    "tests/server/test_ownership.py::test_page_url_carries_the_passcode_and_the_proxys_path": PAGES,
    "tests/server/test_journal_file.py::test_there_is_one_for_each_host_and_port": JUPYTER,
    "tests/server/test_chat_server.py::test_bad_input_costs_nobody_a_message[nested too deep]": DEPTH,
}
