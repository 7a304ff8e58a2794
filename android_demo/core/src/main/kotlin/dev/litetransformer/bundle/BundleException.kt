package dev.litetransformer.bundle

import java.io.IOException

/** A bundle cannot be used; the class says why, the message which rule is broken and what was received. */
public sealed class BundleException(message: String, cause: Throwable? = null) : IOException(message, cause) {
    /** There is no manifest, or it is another program's; or bytes that are no download of a bundle. */
    public class NotABundle(message: String) : BundleException(message)

    /** It was written by another version of the library. */
    public class UnsupportedVersion(message: String) : BundleException(message)

    /** The manifest is no JSON, or a field is missing or of a wrong kind. */
    public class DamagedManifest(message: String, cause: Throwable? = null) : BundleException(message, cause)

    /** A file that the manifest lists is not there. */
    public class MissingFile(message: String) : BundleException(message)

    /** A file's size or SHA-256 is not the manifest's. */
    public class DamagedFile(message: String) : BundleException(message)

    /** A vocabulary is intact and yet none of this library, or not the one that the manifest describes. */
    public class UnusableVocabulary(message: String, cause: Throwable? = null) : BundleException(message, cause)

    /** A download is cut off, changed, or says of itself what cannot be. */
    public class DamagedDownload(message: String, cause: Throwable? = null) : BundleException(message, cause)

    /** A download would unpack to more bytes than allowed, or than there is room for. */
    public class TooLarge(message: String) : BundleException(message)

    /** The directory to unpack into holds something that is no bundle, which is never deleted. */
    public class DirectoryInUse(message: String) : BundleException(message)
}
