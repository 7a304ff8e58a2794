import com.android.apksig.ApkSigner;
import com.android.apksig.KeyConfig;
import java.io.File;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs and aligns an APK: java -cp apksig.jar SignApk.java UNSIGNED SIGNED KEYSTORE ALIAS, the password in the environment variable KEYSTORE_PASSWORD.
 */
final class SignApk {
    private static final int PAGE_BYTES = 16 * 1024;

    public static void main(String[] arguments) throws Exception {
        char[] password = System.getenv("KEYSTORE_PASSWORD").toCharArray();
        KeyStore store = KeyStore.getInstance(new File(arguments[2]), password);
        PrivateKey key = (PrivateKey) store.getKey(arguments[3], password);
        X509Certificate certificate = (X509Certificate) store.getCertificate(arguments[3]);
        ApkSigner.SignerConfig signer = new ApkSigner.SignerConfig.Builder("signer", new KeyConfig.Jca(key), List.of(certificate)).build();
        new ApkSigner.Builder(List.of(signer))
            .setInputApk(new File(arguments[0]))
            .setOutputApk(new File(arguments[1]))
            .setV1SigningEnabled(false)
            .setV2SigningEnabled(true)
            .setV3SigningEnabled(true)
            .setAlignmentPreserved(false)
            .setLibraryPageAlignmentBytes(PAGE_BYTES)
            .build()
            .sign();
    }
}
