using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// The part of libspandsp 0.0.6 that we use. Every state is an opaque pointer that spandsp allocates (pass 0 to an init) and that one
/// owner frees
/// once, never inside a callback; one thread at a time may use it. Booleans are <c>int</c>.
/// </summary>
internal static unsafe partial class SpandspNative
{
    /// <summary>The SONAME in Debian's libspandsp2.</summary>
    public const string Library = "libspandsp.so.2";

    [LibraryImport(Library)]
    public static partial nint fax_init(nint state, int callingParty);

    [LibraryImport(Library)]
    public static partial int fax_free(nint state);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint fax_get_t30_state(nint state);

    [LibraryImport(Library)]
    public static partial void fax_set_transmit_on_idle(nint state, int on);

    [LibraryImport(Library)]
    public static partial int fax_rx(nint state, short* samples, int count);

    [LibraryImport(Library)]
    public static partial int fax_rx_fillin(nint state, int count);

    [LibraryImport(Library)]
    public static partial int fax_tx(nint state, short* samples, int count);

    [LibraryImport(Library)]
    public static partial nint t38_terminal_init(
        nint state, int callingParty, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int, int> send, nint user);

    [LibraryImport(Library)]
    public static partial int t38_terminal_free(nint state);

    [LibraryImport(Library)]
    public static partial int t38_terminal_send_timeout(nint state, int samples);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint t38_terminal_get_t30_state(nint state);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint t38_terminal_get_t38_core_state(nint state);

    [LibraryImport(Library)]
    public static partial int t38_core_rx_ifp_packet(nint core, byte* packet, int length, ushort sequence);

    [LibraryImport(Library)]
    public static partial void t38_set_t38_version(nint core, int version);

    [LibraryImport(Library)]
    public static partial void t38_set_max_datagram_size(nint core, int bytes);

    [LibraryImport(Library)]
    public static partial void t38_set_fastest_image_data_rate(nint core, int bitRate);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int t30_set_tx_ident(nint t30, string ident);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int t30_set_tx_page_header_info(nint t30, string text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void t30_set_tx_file(nint t30, string path, int firstPage, int lastPage);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void t30_set_rx_file(nint t30, string path, int lastPage);

    [LibraryImport(Library)]
    public static partial nint t30_get_rx_ident(nint t30);

    [LibraryImport(Library)]
    public static partial void t30_set_iaf_mode(nint t30, int modes);

    [LibraryImport(Library)]
    public static partial int t30_set_ecm_capability(nint t30, int on);

    [LibraryImport(Library)]
    public static partial int t30_set_supported_modems(nint t30, int modems);

    [LibraryImport(Library)]
    public static partial int t30_set_supported_compressions(nint t30, int compressions);

    [LibraryImport(Library)]
    public static partial int t30_set_supported_resolutions(nint t30, int resolutions);

    [LibraryImport(Library)]
    public static partial int t30_set_supported_image_sizes(nint t30, int sizes);

    [LibraryImport(Library)]
    public static partial void t30_set_phase_d_handler(nint t30, delegate* unmanaged[Cdecl]<nint, nint, int, int> handler, nint user);

    [LibraryImport(Library)]
    public static partial void t30_set_phase_e_handler(nint t30, delegate* unmanaged[Cdecl]<nint, nint, int, void> handler, nint user);

    [LibraryImport(Library)]
    public static partial void t30_set_real_time_frame_handler(
        nint t30, delegate* unmanaged[Cdecl]<nint, nint, int, byte*, int, void> handler, nint user);

    [LibraryImport(Library)]
    public static partial void t30_get_transfer_statistics(nint t30, T30Statistics* statistics);

    [LibraryImport(Library)]
    public static partial nint t30_completion_code_to_str(int code);

    [LibraryImport(Library)]
    public static partial nint t30_frametype(byte frame);

    [LibraryImport(Library)]
    public static partial void t30_terminate(nint t30);

    [LibraryImport(Library)]
    public static partial void t30_timer_update(nint t30, int samples);

    [LibraryImport(Library)]
    public static partial nint modem_connect_tones_rx_init(
        nint state, int tone, delegate* unmanaged[Cdecl]<nint, int, int, int, void> report, nint user);

    [LibraryImport(Library)]
    public static partial int modem_connect_tones_rx(nint state, short* samples, int count);

    [LibraryImport(Library)]
    public static partial int modem_connect_tones_rx_get(nint state);

    [LibraryImport(Library)]
    public static partial int modem_connect_tones_rx_free(nint state);
}
